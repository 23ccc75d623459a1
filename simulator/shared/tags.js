/**
 * The tags that the view layer draws, and the platform's tags that it does not draw.
 * Used by the lint (unknown tags) and by `my.canIUse`.
 */

/** Tags that `view/components` implements. */
export const DRAWN_TAGS = new Set([
  'view',
  'text',
  'image',
  'icon',
  'button',
  'scroll-view',
  'swiper',
  'swiper-item',
  'progress',
  'input',
  'textarea',
  'checkbox',
  'checkbox-group',
  'radio',
  'radio-group',
  'switch',
  'label',
  'form',
  'navigator',
  'cover-view',
  'cover-image',
]);

/** Tags that the compiler itself understands. */
export const TEMPLATE_TAGS = new Set(['block', 'template', 'import', 'include', 'import-sjs', 'slot']);

/** Tags of the platform that this simulator has no drawing for. */
export const UNDRAWN_TAGS = new Set([
  'canvas',
  'map',
  'video',
  'web-view',
  'slider',
  'picker',
  'picker-view',
  'picker-view-column',
  'rich-text',
  'movable-view',
  'movable-area',
  'lifestyle',
  'contact-button',
  'camera',
  'lottie',
  'ad',
  'modal',
  'page-meta',
]);
