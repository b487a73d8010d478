/* Makes system calls on files fail when a control file says so: "<call> <errno> <part of the path>". */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fault_of(const char *call, int file) {
  static __thread int is_busy;
  const char *control = getenv("DISK_FAULTS");
  if (!control || is_busy) return 0;
  is_busy = 1;
  int code = 0;
  char line[512] = "", link[64], path[512] = "";
  int opened = open(control, O_RDONLY);
  if (opened >= 0) {
    ssize_t length = read(opened, line, sizeof line - 1);
    close(opened);
    char wanted[32], part[256];
    int wanted_code;
    if (length > 0 && sscanf(line, "%31s %d %255s", wanted, &wanted_code, part) == 3 && !strcmp(wanted, call)) {
      snprintf(link, sizeof link, "/proc/self/fd/%d", file);
      if (readlink(link, path, sizeof path - 1) > 0 && strstr(path, part)) code = wanted_code;
    }
  }
  is_busy = 0;
  return code;
}

#define FAULTY(result, name, parameters, arguments, file)         \
  result name parameters {                                        \
    static result(*real) parameters;                              \
    if (!real) real = dlsym(RTLD_NEXT, #name);                    \
    int code = fault_of(#name, file);                             \
    if (code) {                                                   \
      errno = code;                                               \
      return -1;                                                  \
    }                                                             \
    return real arguments;                                        \
  }

FAULTY(ssize_t, pwrite64, (int file, const void *bytes, size_t size, off64_t at), (file, bytes, size, at), file)
FAULTY(ssize_t, pread64, (int file, void *bytes, size_t size, off64_t at), (file, bytes, size, at), file)
FAULTY(int, fsync, (int file), (file), file)
FAULTY(int, ftruncate64, (int file, off64_t size), (file, size), file)
