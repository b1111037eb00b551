'use strict';
// Asks the device for a key, or for a signature with one, and sends the answer as any form does.
for (const form of document.querySelectorAll('form[data-ask]')) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) continue;
  form.hidden = false;
  form.addEventListener('submit', async event => {
    event.preventDefault();
    const ask = JSON.parse(form.dataset.ask).publicKey;
    const wrong = form.querySelector('[role=alert]');
    wrong.hidden = true;
    try {
      const answer = form.dataset.make
        ? await navigator.credentials.create({publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(ask)})
        : await navigator.credentials.get({publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(ask)});
      form.elements.answer.value = JSON.stringify(answer);
      form.submit();
    } catch {
      wrong.hidden = false;
    }
  });
}
