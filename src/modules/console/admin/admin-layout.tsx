import type { ComponentChildren, ComponentProps } from 'preact';
import { Layout } from '../page/layout.js';
import { usePage } from '../page/page-context.js';

type AdminLayoutProps = Omit<ComponentProps<typeof Layout>, 'children'> & { children: ComponentChildren };

/** A page for admins, with the ways to the other ones. */
export function AdminLayout({ children, ...layout }: AdminLayoutProps) {
  const { t, link, path } = usePage();
  const [here = ''] = path.split('?');
  const tabs = [
    ['/admin', t('admin.overview'), here === '/admin'],
    ['/admin/users', t('admin.users'), here.startsWith('/admin/users')],
    ['/admin/api-keys', t('admin.keys'), here.startsWith('/admin/api-keys')],
  ] as const;
  return (
    <Layout {...layout}>
      <nav class="tabs" aria-label={t('admin.title')}>
        {tabs.map(([to, text, isHere]) => (
          <a key={to} href={link(to)} aria-current={isHere ? 'page' : undefined}>
            {text}
          </a>
        ))}
      </nav>
      {children}
    </Layout>
  );
}
