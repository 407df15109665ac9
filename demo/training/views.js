// The links between the views of the page. The address says which one is shown, so the browser's Back works and a view
// can be linked to; a style rule hides the rest.
// Short enough to stand in the page: the body of `js_on_load`, which knows `element`.

const links = [...element.querySelectorAll(".af-views a")];

function show() {
  const view = location.hash === "#training" ? "training" : "flow";
  document.documentElement.dataset.view = view;
  for (const link of links) {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  window.dispatchEvent(new CustomEvent("agentflow:view", { detail: view }));
}

for (const link of links) {
  link.addEventListener("click", (event) => {
    event.preventDefault(); // the browser would jump to an element of that name
    if (location.hash !== link.hash) location.hash = link.hash;
  });
}
for (const change of ["hashchange", "popstate"]) window.addEventListener(change, show); // the second alone where `?run=` changes too
show();
