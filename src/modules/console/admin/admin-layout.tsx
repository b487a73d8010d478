import type { ComponentChildren, ComponentProps } from 'preact';
import { Layout } from '../rendering/layout.js';
import { usePage } from '../rendering/page-context.js';

type AdminLayoutProps = Omit<ComponentProps<typeof Layout>, 'children'> & { children: ComponentChildren };

/** The layout of admin pages, with a tab for each section. */
export function AdminLayout({ children, ...layout }: AdminLayoutProps) {
  const { t, link, path } = usePage();
  const [current = ''] = path.split('?');
  const tabs = [
    ['/admin', t('admin.overview'), current === '/admin'],
    ['/admin/users', t('admin.users'), current.startsWith('/admin/users')],
    ['/admin/api-keys', t('admin.keys'), current.startsWith('/admin/api-keys')],
  ] as const;
  return (
    <Layout {...layout}>
      <nav class="tabs" aria-label={t('admin.title')}>
        {tabs.map(([to, text, isCurrent]) => (
          <a key={to} href={link(to)} aria-current={isCurrent ? 'page' : undefined}>
            {text}
          </a>
        ))}
      </nav>
      {children}
    </Layout>
  );
}
