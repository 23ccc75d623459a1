const checkout = require('../../checkout');

Page(checkout.page('confirm'));
