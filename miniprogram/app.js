// The program starts here: loading the checkout before the first page lets the engine start at once.

require('./checkout');

App({});
