// The drawings of coffee beans: product id -> drawing.

import {} from '../canvas.mjs';
import * as sign from '../emblems.mjs';
import { bag, beans } from '../packs.mjs';

const ROAST = '#6b4128';

export default {
  'house-blend': () =>
    bag({ paper: '#17644a', label: '#f6ead6', text: '#17644a', sign: sign.wind('#d98a3a') }) +
    beans(302, 316, ROAST),
  'atok-washed': () =>
    bag({
      paper: '#d9c4a3',
      label: '#2f6f86',
      text: '#f3e6cf',
      shape: 'round',
      sign: sign.mountains('#f3e6cf', '#f2a14a'),
    }) + beans(84, 318, ROAST),
  'sagada-natural': () =>
    bag({
      paper: '#8e2f3c',
      label: '#fbe9df',
      text: '#8e2f3c',
      shape: 'plate',
      sign: sign.cherries('#c93a45', '#4d7a45'),
    }) + beans(302, 316, '#4f2d1b'),
  'apo-honey': () =>
    bag({ paper: '#e3a73c', label: '#fff4d8', text: '#8a5a12', sign: sign.comb('#d98a20') }) +
    beans(84, 318, '#7a4a26'),
  'bukidnon-sunrise': () =>
    bag({
      paper: '#f0e3cc',
      label: '#e8704f',
      text: '#fff1dd',
      shape: 'band',
      sign: sign.sunrise('#ffe2a6', '#fff1dd'),
      second: '#e8704f',
    }) + beans(302, 316, '#8a5a35'),
  'batangas-barako': () =>
    bag({
      paper: '#3a2a22',
      label: '#e2b25a',
      text: '#3a2a22',
      shape: 'round',
      sign: sign.flame('#a8331f', '#f6d48a'),
    }) + beans(84, 318, '#3a2317'),
  'kalinga-robusta': () =>
    bag({
      paper: '#b0452c',
      label: '#1f1b19',
      text: '#f0dcb8',
      shape: 'band',
      sign: sign.weave('#f0dcb8', '#d9583a'),
    }) + beans(302, 316, '#3f2517'),
  'midnight-espresso': () =>
    bag({ paper: '#23304a', label: '#101a2e', text: '#e9dfc2', sign: sign.moon('#efe3bd', '#b9a76c') }) +
    beans(84, 318, '#2f1c12'),
  'quiet-night-decaf': () =>
    bag({
      paper: '#7f8fb5',
      label: '#eef0f8',
      text: '#56658c',
      shape: 'round',
      sign: sign.crescent('#56658c'),
    }) + beans(302, 316, '#7b5236'),
};
