/**
 * What the wallet app draws around the mini program: status bar, title bar with back button, tab bar.
 */

const $ = (id) => document.getElementById(id);
const STATUS_BAR = 44;
const TITLE_BAR = 44;

/** @param {{onBack: () => void, onTab: (path: string) => void}} actions */
export function makeChrome({ onBack, onTab }) {
  $('nav-back').addEventListener('click', onBack);
  const tick = () => {
    $('clock').textContent = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false });
  };
  tick();
  setInterval(tick, 10_000);

  let dark = false;
  let wanted = '';

  /** A white title bar, which is the default, goes dark with the phone; a colour of the program's own stays. */
  function paint() {
    const own = /^#[0-9a-f]{3,8}$/i.test(wanted) && !/^#f{3,8}$/i.test(wanted) ? wanted : '';
    const color = own || (dark ? '#17181b' : '#ffffff');
    const phone = $('navbar').parentElement;
    phone.style.setProperty('--bar', color);
    phone.style.setProperty('--bar-ink', isDark(color) ? '#ffffff' : '#111111');
    phone.dataset.dark = String(dark);
  }

  return {
    show({ path, title, canGoBack, tabBar, config }) {
      $('nav-title').textContent = title;
      $('nav-back').hidden = !canGoBack;
      wanted = config.titleBarColor || '';
      paint();
      drawTabs($('tabbar'), tabBar, path, onTab);
    },
    setDark(value) {
      dark = value;
      paint();
    },
    systemInfo(app) {
      const screen = $('screen').getBoundingClientRect();
      const phone = $('navbar').parentElement;
      return {
        app,
        model: 'Simulator',
        brand: 'Simulator',
        platform: 'Android',
        system: '12',
        version: '1.0.0',
        language: 'en',
        pixelRatio: window.devicePixelRatio,
        windowWidth: Math.round(screen.width),
        windowHeight: Math.round(screen.height),
        screenWidth: phone.clientWidth,
        screenHeight: phone.clientHeight,
        statusBarHeight: STATUS_BAR,
        titleBarHeight: TITLE_BAR,
        fontSizeSetting: 16,
        storage: '64 GB',
        currentBattery: '100%',
      };
    },
  };
}

function drawTabs(bar, tabBar, path, onTab) {
  bar.hidden = !tabBar;
  bar.replaceChildren();
  for (const { pagePath, name, icon, activeIcon } of tabBar ? tabBar.items : []) {
    const tab = document.createElement('button');
    const active = pagePath === path;
    tab.type = 'button';
    tab.dataset.testid = 'tab';
    if (active) tab.setAttribute('aria-current', 'page');
    const source = active ? activeIcon || icon : icon;
    if (source)
      tab.append(
        Object.assign(document.createElement('img'), {
          src: `/_platform/package/${source.replace(/^\//, '')}`,
          alt: '',
        }),
      );
    tab.append(Object.assign(document.createElement('span'), { textContent: name }));
    tab.style.color = (active ? tabBar.selectedColor : tabBar.textColor) || '';
    tab.addEventListener('click', () => {
      if (!active) onTab(pagePath);
    });
    bar.append(tab);
  }
}

function isDark(color) {
  const hex = color.slice(1);
  const full = hex.length < 6 ? [...hex].map((digit) => digit + digit).join('') : hex;
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 150;
}
