import { passwordProblem } from './password-problem.js';
import { generatePassword } from './temporary-password.js';

it('generates unique, readable and valid temporary passwords', () => {
  const generated = Array.from({ length: 100 }, () => generatePassword());
  expect(new Set(generated).size).toBe(100);
  for (const password of generated) {
    expect(password).toMatch(/^[\w-]{20}$/);
    expect(passwordProblem(password)).toBeNull();
  }
  expect(generatePassword((size) => Buffer.alloc(size))).toBe('A'.repeat(20));
});
