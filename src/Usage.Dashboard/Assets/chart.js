// A trend's columns by pointer and by keyboard. The figures are those of the table beside it.
let chart = null;
let column = -1;
let from = -1;

const linksOf = figure => [...figure.querySelectorAll('.marks a')];

function point(figure, index) {
  const links = linksOf(figure);
  if (!links.length) return;
  leave();
  chart = figure;
  column = Math.max(0, Math.min(links.length - 1, index));
  links[column].classList.add('at');
  const table = document.getElementById(figure.dataset.chart);
  const heads = [...table.tHead.rows[0].cells];
  const cells = [...table.tBodies[0].rows[column].cells];
  const tip = figure.querySelector('.tip');
  const title = document.createElement('strong');
  title.textContent = cells[0].textContent;
  const list = document.createElement('dl');
  const spoken = [];
  for (let at = 1; at < cells.length; at++) {
    if (cells[at].dataset.value === '0' && heads[at].dataset.colour && heads[at].dataset.colour !== 'line') continue;
    const name = document.createElement('dt');
    name.textContent = heads[at].textContent;
    if (heads[at].dataset.colour) name.className = `of k${heads[at].dataset.colour}`;
    const value = document.createElement('dd');
    value.textContent = cells[at].textContent;
    list.append(name, value);
    spoken.push(`${name.textContent} ${value.textContent}`);
  }
  tip.replaceChildren(title, list);
  tip.hidden = false;
  const plot = tip.parentElement.clientWidth;
  const middle = (column + 0.5) / links.length * plot;
  const left = middle + 12 + tip.offsetWidth > plot ? middle - 12 - tip.offsetWidth : middle + 12;
  tip.style.left = `${Math.max(0, Math.min(plot - tip.offsetWidth, left))}px`;
  return `${title.textContent}: ${spoken.reverse().join(', ')}`;
}

function leave() {
  if (!chart) return;
  for (const link of chart.querySelectorAll('.at, .brushed')) link.classList.remove('at', 'brushed');
  chart.querySelector('.tip').hidden = true;
  chart = null;
  column = -1;
}

document.addEventListener('pointermove', event => {
  const link = event.target.closest?.('.marks a');
  if (!link) {
    if (chart && document.activeElement !== chart && from < 0) leave();
    return;
  }
  const figure = link.closest('.chart');
  const index = Number(link.dataset.column);
  if (figure !== chart || index !== column) point(figure, index);
  if (from >= 0) linksOf(figure).forEach((one, at) => one.classList.toggle('brushed', at >= Math.min(from, index) && at <= Math.max(from, index)));
});

document.addEventListener('pointerdown', event => {
  const link = event.target.closest?.('.marks a');
  if (!link || event.button || event.pointerType === 'touch') return;
  from = Number(link.dataset.column);
});

document.addEventListener('dragstart', event => {
  if (event.target.closest?.('.marks')) event.preventDefault();
});

document.addEventListener('pointerup', event => {
  const start = from;
  from = -1;
  const link = event.target.closest?.('.marks a');
  if (start < 0 || !link || Number(link.dataset.column) === start) return;
  const links = linksOf(link.closest('.chart'));
  const ends = [start, Number(link.dataset.column)].sort((left, right) => left - right);
  const first = new URL(links[ends[0]].getAttribute('href'), location.href);
  const last = new URL(links[ends[1]].getAttribute('href'), location.href);
  first.searchParams.set('to', last.searchParams.get('to'));
  // A click of this link is what the rest of the page knows how to follow.
  const window = Object.assign(document.createElement('a'), { href: first.href });
  window.dataset.soft = '';
  document.body.append(window);
  window.click();
  window.remove();
});

document.addEventListener('keydown', event => {
  const figure = event.target;
  if (!figure.matches?.('.chart')) return;
  const count = linksOf(figure).length;
  const to = { ArrowLeft: column < 0 ? count - 1 : column - 1, ArrowRight: column + 1, Home: 0, End: count - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    document.querySelector('.announcer').textContent = point(figure, to);
  } else if (event.key === 'Enter' && column >= 0) {
    linksOf(figure)[column].dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  } else if (event.key === 'Escape') {
    leave();
  }
});

document.addEventListener('focusout', event => {
  if (event.target === chart) leave();
});

document.addEventListener('usage:shown', () => {
  if (chart && !chart.isConnected) {
    const figure = document.querySelector('.chart');
    const at = column;
    chart = null;
    if (figure && at >= 0) point(figure, at);
  }
});
