/*! siyu.js: events of web pages and mini programs. <script src="…/siyu.js" data-key="pk_…"></script>, or in a
 * mini program: const siyu = require('./siyu.js'); siyu.init({ url: 'https://…', key: 'pk_…' }). */
(function (make) {
  if (typeof module === 'object' && module.exports) module.exports = make(false);
  else make(true);
})(function (inPage) {
  'use strict';
  var WAITING_MAX = 200, BATCH = 20, PAUSE = 1000, PAUSE_MAX = 60000;
  var url = '', key = '', timer = 0, pause = PAUSE, sending = false;
  var memory = {};
  var app = typeof wx === 'object' && wx && wx.request ? wx : null;

  /* Storage of the page or the mini program; where there is none, memory for as long as the page lives. */
  function read(name) {
    try {
      var text = app ? app.getStorageSync('siyu.' + name) : localStorage.getItem('siyu.' + name);
      return text ? JSON.parse(text) : memory[name];
    } catch (_) {
      return memory[name];
    }
  }
  function write(name, value) {
    memory[name] = value;
    try {
      var text = JSON.stringify(value);
      if (app) app.setStorageSync('siyu.' + name, text);
      else localStorage.setItem('siyu.' + name, text);
    } catch (_) {}
  }

  function uuid() {
    var numbers = typeof crypto === 'object' && crypto.getRandomValues ? crypto.getRandomValues(new Uint8Array(36)) : null;
    return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, function (_, place) {
      return ((numbers ? numbers[place] : Math.random() * 16) & 15).toString(16);
    });
  }

  function visitor() {
    var id = read('visitor');
    if (!id) write('visitor', (id = uuid()));
    return id;
  }

  /* Who it is: what identify() said, then the device, which alone makes a visitor. */
  function who() {
    var known = read('who') || {}, said = [];
    for (var name in known) said.push({ namespace: name, value: known[name] });
    said.push({ namespace: 'device', value: visitor() });
    return said;
  }

  function track(event, properties) {
    var queue = read('queue') || [];
    queue.push({
      event: event,
      event_id: uuid(),
      occurred_at: new Date().toISOString(),
      identities: who(),
      properties: properties || {},
    });
    write('queue', queue.slice(-WAITING_MAX));
    later(queue.length < BATCH ? PAUSE : 0);
  }

  function later(wait) {
    if (timer || sending || !key) return;
    timer = setTimeout(function () {
      timer = 0;
      flush();
    }, wait);
  }

  /* What was answered for is removed by its ids: other tabs may have added events meanwhile. */
  function settle(batch) {
    var ids = {};
    batch.forEach(function (one) {
      ids[one.event_id] = 1;
    });
    write('queue', (read('queue') || []).filter(function (one) {
      return !ids[one.event_id];
    }));
  }

  function answered(batch, status) {
    sending = false;
    if (status === 202 || (status >= 400 && status < 500 && status !== 408 && status !== 429)) {
      if (status === 202 || batch.length === 1 || status === 403 || status === 404) settle(batch);
      else batch.forEach(function (one) { send([one]); }); /* one bad event refuses all of its request */
      pause = PAUSE;
    } else pause = Math.min(pause * 2, PAUSE_MAX);
    if ((read('queue') || []).length) later(pause);
  }

  function send(batch) {
    var body = JSON.stringify({ events: batch }), to = url + '/api/v1/collect/' + key;
    sending = true;
    if (app) {
      app.request({
        url: to, method: 'POST', data: body, header: { 'content-type': 'text/plain' },
        success: function (answer) { answered(batch, answer.statusCode); },
        fail: function () { answered(batch, 0); },
      });
    } else {
      /* text/plain needs no preflight; keepalive outlives the page. */
      fetch(to, { method: 'POST', body: body, keepalive: body.length < 60000, credentials: 'omit', headers: { 'content-type': 'text/plain' } })
        .then(function (answer) { answered(batch, answer.status); }, function () { answered(batch, 0); });
    }
  }

  function flush() {
    var batch = (read('queue') || []).slice(0, BATCH);
    if (key && batch.length && !sending) send(batch);
  }

  /* The page goes: a beacon outlives it. Nothing tells whether it arrived, so the events stay; their ids count once. */
  function leave() {
    var queue = (read('queue') || []).slice(0, BATCH);
    if (!key || !queue.length) return;
    if (navigator.sendBeacon) navigator.sendBeacon(url + '/api/v1/collect/' + key, JSON.stringify({ events: queue }));
    else flush();
  }

  function page(properties) {
    var seen = { path: location.pathname, title: document.title, referrer: document.referrer.split('?')[0] };
    for (var name in properties) seen[name] = properties[name];
    track('page_view', seen);
  }

  /* From now on events are this person's too: { unionid: '…' }. What a page says joins nobody who is known already. */
  function identify(identities) {
    var known = read('who') || {};
    for (var name in identities) known[name] = String(identities[name]);
    write('who', known);
  }

  /* Signed out: the next events are a new visitor's. */
  function reset() {
    write('who', {});
    write('visitor', uuid());
  }

  function init(options) {
    url = (options.url || '').replace(/\/+$/, '');
    key = options.key;
    if ((read('queue') || []).length) later(0);
    if (options.pageView && inPage) page();
  }

  var siyu = { init: init, track: track, page: page, identify: identify, reset: reset, flush: flush, visitor: visitor };
  if (app && app.onAppHide) app.onAppHide(flush);
  if (inPage) {
    window.siyu = siyu;
    document.addEventListener('visibilitychange', function () {
      if (document.visibilityState === 'hidden') leave();
    });
    addEventListener('pagehide', leave);
    addEventListener('online', flush);
    var own = document.currentScript, at = own && own.dataset;
    if (at && at.key) init({ url: at.url || new URL(own.src).origin, key: at.key, pageView: at.pageView !== 'off' });
  }
  return siyu;
});
