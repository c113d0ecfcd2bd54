// Runs before the first paint: the switch shows what it would change to, and remembers it where the server reads it.
addEventListener('DOMContentLoaded', () => {
  const button = document.querySelector('[data-theme-switch]');
  if (!button) return;
  const root = document.documentElement;
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)');
  button.hidden = false;
  button.addEventListener('click', () => {
    const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : systemIsDark.matches;
    root.dataset.theme = isDark ? 'light' : 'dark';
    const folder = location.pathname.slice(0, location.pathname.lastIndexOf('/') + 1);
    document.cookie = `usage-theme=${root.dataset.theme}; path=${folder}; max-age=31536000; samesite=lax`;
  });
});
