// Says what was wrong with the last code.
const why = new URLSearchParams(location.search).get("try");
if (why === "wrong" || why === "slow") {
  document.getElementById(why).hidden = false;
  document.getElementById("code").setAttribute("aria-describedby", why);
}
