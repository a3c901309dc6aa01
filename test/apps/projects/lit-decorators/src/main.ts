import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";

@customElement("word-count")
export class WordCount extends LitElement {
  static override styles = css`
    p {
      color: rgb(40, 41, 42);
    }
  `;
  @property({ type: String }) text = "";
  @state() private _calls = 0;
  @query("p") paragraph!: HTMLElement;

  override firstUpdated(): void {
    this._calls += 1;
    document.body.dataset.seen = this.paragraph.localName;
  }
  override render() {
    return html`<p class=${classMap({ many: true })}>${this.text.split(" ").length} words, ${this._calls} update</p>`;
  }
}
