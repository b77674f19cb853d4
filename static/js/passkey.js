// Signs with a passkey: <button data-passkey="ID of the options" data-refused="words">. The answer of the device goes
// into the form's field "assertion", and the form is sent; what it proves is for the server to say.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const asked = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  allowCredentials: (options.allowCredentials ?? []).map((each) => ({ ...each, id: bytes(each.id) })),
});

const plain = ({ id, rawId, type, response }) => ({
  id, type, rawId: text(rawId), clientExtensionResults: {},
  response: {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle ? text(response.userHandle) : null,
  },
});

const use = async (button) => {
  const form = button.closest("form");
  const options = JSON.parse(document.getElementById(button.dataset.passkey).textContent);
  try {
    const credential = await navigator.credentials.get({ publicKey: asked(options) });
    form.elements.assertion.value = JSON.stringify(plain(credential));
    form.requestSubmit();
  } catch {
    document.getElementById("fe-live").textContent = button.dataset.refused;
  }
};

if (globalThis.PublicKeyCredential) {
  document.querySelectorAll("[data-passkey]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => use(button));
  });
}
