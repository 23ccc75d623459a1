/**
 * Light, dark, or as the system has it; for the page and for the phone on it.
 */

const KEY = 'platform-simulator.theme';

/** @returns {{onChange: (listener: (dark: boolean) => void) => void}} a listener is told at once, then on each change */
export function startTheme() {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const buttons = [...document.querySelectorAll('[data-theme-choice]')];
  const listeners = new Set();
  const kept = localStorage.getItem(KEY);
  let chosen = ['light', 'dark'].includes(kept) ? kept : 'system';

  const isDark = () => chosen === 'dark' || (chosen === 'system' && system.matches);
  const apply = () => {
    document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.themeChoice === chosen));
    for (const listener of listeners) listener(isDark());
  };

  system.addEventListener('change', apply);
  for (const button of buttons) {
    button.addEventListener('click', () => {
      chosen = button.dataset.themeChoice;
      localStorage.setItem(KEY, chosen);
      apply();
    });
  }
  apply();
  return {
    onChange(listener) {
      listeners.add(listener);
      listener(isDark());
    },
  };
}
