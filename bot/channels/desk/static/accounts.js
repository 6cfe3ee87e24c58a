// A one-time link is copied by one press; where a browser gives no clipboard (without https), it is selected to be copied by hand.
const link = document.querySelector("#link");
const button = document.querySelector("#copy-link");
button?.addEventListener("click", async () => {
  link.select();
  try {
    await navigator.clipboard.writeText(link.value);
    button.textContent = button.dataset.copied;
  } catch {
    document.execCommand("copy");
  }
});
