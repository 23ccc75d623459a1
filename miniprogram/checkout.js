// The one checkout of this program; every page takes its data and its handlers from it.

const { createCheckout } = require('wallet-checkout');
const { server } = require('./config');

module.exports = createCheckout({
  server,
  onError(error) {
    console.error(error.code, error.message);
  },
});
