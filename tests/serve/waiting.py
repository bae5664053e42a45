"""Waiting for the page."""


def settled(page):
    """Wait until the refined answer to the last move is drawn, and the sentence said."""
    page.evaluate(
        """async () => {
            const { dataset } = document.documentElement;
            const rest = (time) => new Promise((done) => setTimeout(done, time));
            await rest(50);
            while (dataset.turn !== dataset.asked || dataset.runs !== "1000") await rest(20);
            await rest(250);
        }"""
    )
