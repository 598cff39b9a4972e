// The secret of an invitation stands after # in its link, where no server and no log sees it. It moves into the form
// field, and out of the address and of the browser's history.
const secret = location.hash.slice(1);
if (secret) {
  document.getElementById("code").value = secret;
  history.replaceState(null, "", location.pathname + location.search);
}
