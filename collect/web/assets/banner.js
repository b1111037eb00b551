// The banner of a page: it asks, holds third parties back until they are allowed, and asks
// again when the visitor wants. Without it the page /temoins/ does the same, as a plain form.
(() => {
const B = {{.}};
const d = document;
const signal = navigator.globalPrivacyControl === true;
let choice, host, opener;
const read = () => {
const m = d.cookie.match(/(?:^|; )garant_choice=([^;]*)/);
if (!m) return null;
const [question, list, , , g] = m[1].split(".");
if (question !== B.question) return null;
return signal && !g ? {on: []} : {on: list ? list.split("-") : []};
};
const may = p => !!choice && choice.on.includes(p) || B.exempt.includes(p);
// Consent Mode v2: everything is denied before the first Google tag can run, since the tags
// wait in templates that release opens.
const states = () => Object.fromEntries(Object.entries(B.signals).map(([s, ps]) => [s, ps.some(may) ? "granted" : "denied"]));
const mode = (command, extra) => {
if (!Object.keys(B.signals).length) return;
window.dataLayer = window.dataLayer || [];
(function () { dataLayer.push(arguments); })("consent", command, Object.assign(states(), extra));
};
// A style in the shadow keeps the site's own from the banner and the other way round, and
// needs no exception in a Content-Security-Policy.
const shade = (el, html) => {
const root = el.attachShadow({mode: "open"});
root.innerHTML = html;
try {
const sheet = new CSSStyleSheet();
sheet.replaceSync(B.css);
root.adoptedStyleSheets = [sheet];
} catch {
root.prepend(Object.assign(d.createElement("link"), {rel: "stylesheet", href: "/temoins/style.css"}));
}
return root;
};
const release = () => d.querySelectorAll("template[data-temoin]").forEach(t => {
const name = t.dataset.temoin;
const [purpose, title, visible] = B.services[name] || [name, "", 0];
if (may(purpose)) {
if (t.box) t.box.remove();
const inside = d.importNode(t.content, true);
inside.querySelectorAll("script").forEach(s => { s.async = s.hasAttribute("async"); });
t.replaceWith(inside);
} else if (visible && !t.box) {
t.box = d.createElement("div");
const root = shade(t.box, B.held);
root.querySelector("b").textContent = title;
root.querySelector("button").onclick = () => send(new URLSearchParams([["choix", "choisir"], ["v", B.version], ["langue", B.language], ["p", purpose], ...(choice ? choice.on : []).map(p => ["p", p])]));
t.before(t.box);
}
});
// What a refused purpose stored goes; the server has the cookies expire.
const forget = () => [localStorage, sessionStorage].forEach(s => Object.keys(s).forEach(k => {
if (Object.entries(B.names).some(([p, r]) => !may(p) && r.some(x => new RegExp(x).test(k)))) s.removeItem(k);
}));
const send = async body => {
const before = choice ? choice.on : [];
try {
const answer = await fetch("/temoins/", {method: "POST", body, headers: {Accept: "application/json"}});
if (!answer.ok) throw 0;
} catch {
location = "/temoins/" + B.query;
return;
}
choice = read();
try { forget(); } catch {}
if (before.some(p => !may(p))) return location.reload();
mode("update");
close();
release();
};
const close = () => {
if (host) host.remove();
host = null;
corner();
if (opener) (opener.isConnected ? opener : button).focus();
opener = null;
};
const open = from => {
if (host) host.remove();
opener = from;
host = d.createElement("div");
const root = shade(host, B.form);
const form = root.querySelector("form");
form.querySelectorAll("[name=p]").forEach(c => { c.checked = !!choice && may(c.value); });
form.onsubmit = e => {
e.preventDefault();
send(new URLSearchParams(new FormData(form, e.submitter)));
};
d.body.prepend(host);
if (from) {
root.querySelector("details").open = true;
root.querySelector("h2").focus();
host.onkeydown = e => { if (e.key === "Escape") close(); };
}
};
// The way back is on every page once there is a choice, or a signal that stands for one.
let button;
const corner = () => {
if (button) return;
const el = d.createElement("div");
button = shade(el, B.again).querySelector("button");
button.onclick = () => open(button);
d.body.append(el);
};
const start = () => {
if (B.asks) mode("default", {wait_for_update: 500});
d.querySelectorAll(".garant.bar").forEach(e => e.remove());
choice = read() || signal && {on: []};
d.addEventListener("click", e => {
const a = e.target.closest && e.target.closest('a[href^="/temoins/"]');
if (a && !e.ctrlKey && !e.metaKey && !e.shiftKey) { e.preventDefault(); open(a); }
});
if (!B.asks) return release();
if (choice) { mode("update"); corner(); } else open();
release();
};
d.readyState === "loading" ? d.addEventListener("DOMContentLoaded", start) : start();
})();
