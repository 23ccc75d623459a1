// Where the merchant server is. In: the launch query, from which a tester can point the program at
// another server (`?server=http://127.0.0.1:8801`). Out: `server`, an origin without a path.

const LOCAL_SERVER = 'http://127.0.0.1:8701';

/** @returns {string | undefined} */
function serverOfLaunch() {
  if (typeof my === 'undefined' || typeof my.getLaunchOptionsSync !== 'function') {
    return undefined;
  }
  const query = my.getLaunchOptionsSync().query;
  return query && typeof query.server === 'string' ? query.server : undefined;
}

module.exports = { server: serverOfLaunch() || LOCAL_SERVER };
