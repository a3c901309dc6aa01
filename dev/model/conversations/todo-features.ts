import type { Edit } from "../parts/repair.ts";

/**
 * A feature of the todo app as edits of its files. Each edit keeps its anchor text, so that features can be combined.
 */
export type Feature = { name: string; asks: RegExp; opening: string; closing: string; files: Record<string, Edit[]> };

const typeLine = "  done: boolean;\n";
const field = (declaration: string): Edit => ({ find: typeLine, replace: `${typeLine}  ${declaration}\n` });

const migrationsEnd = "];\n\n// What a client may set";
const migration = (statement: string): Edit => ({
  find: migrationsEnd,
  replace: `  "${statement}",\n${migrationsEnd}`,
});

const doneCheck = '  done: (value) => (typeof value === "boolean" ? Number(value) : undefined),\n';
const checkedField = (check: string): Edit => ({ find: doneCheck, replace: `${doneCheck}  ${check}\n` });

const removeRow = "  row.append(label);\n";
const addButton = '<button type="submit" class="button">Add</button>';
const formField = (markup: string): Edit => ({ find: addButton, replace: `${markup}\n        ${addButton}` });

const titleOnly = 'title: String(data.get("title"))';
const sent = (more: string): Edit => ({ find: titleOnly, replace: `${titleOnly}, ${more}` });

const srOnly = ".sr {\n";
const styled = (rules: string): Edit => ({ find: `\n${srOnly}`, replace: `\n${rules}\n\n${srOnly}` });

export const features: Feature[] = [
  {
    name: "due dates",
    asks: /\bdue[ -]?dates?|deadlines?\b/i,
    opening: "Due dates need a column, a check on the server, a field in the form, and a mark on what is late.",
    closing:
      "Every todo can have a due date now; what is late is red. The column was added by a migration: your todos are still there.",
    files: {
      "src/server.ts": [
        field("due: string | null;"),
        migration("ALTER TABLE todo ADD COLUMN due TEXT"),
        checkedField(
          'due: (value) => (value === "" || value === null ? null : /^\\d{4}-\\d\\d-\\d\\d$/.test(String(value)) ? String(value) : undefined),',
        ),
      ],
      "src/api.ts": [field("due: string | null;")],
      "src/main.ts": [
        {
          find: removeRow,
          replace: `${removeRow}  if (todo.due) {
    const due = document.createElement("time");
    due.dateTime = due.textContent = todo.due;
    const today = new Date().toLocaleDateString("sv");
    due.className = !todo.done && todo.due < today ? "due late" : "due";
    row.append(due);
  }
`,
        },
        sent('due: String(data.get("due"))'),
      ],
      "index.html": [formField('<input name="due" type="date" class="field due-field" aria-label="Due date" />')],
      "src/style.css": [
        styled(
          ".due {\n  flex: none;\n  color: var(--quiet);\n  font-size: 0.9rem;\n}\n\n.due.late {\n  color: var(--danger);\n  font-weight: 650;\n}\n\n.due-field {\n  width: auto;\n}",
        ),
      ],
    },
  },
  {
    name: "priorities",
    asks: /\bpriorit(y|ies)\b|\bimportan(t|ce)\b/i,
    opening: "Priorities need a column, a check on the server, and a choice in the form.",
    closing:
      "Todos have a priority now: low, normal or high. The column was added by a migration: your todos are still there.",
    files: {
      "src/server.ts": [
        field("priority: number;"),
        migration("ALTER TABLE todo ADD COLUMN priority INTEGER NOT NULL DEFAULT 1"),
        checkedField("priority: (value) => (value === 0 || value === 1 || value === 2 ? value : undefined),"),
      ],
      "src/api.ts": [field("priority: number;")],
      "src/main.ts": [
        {
          find: removeRow,
          replace: `${removeRow}  if (todo.priority !== 1) {
    const priority = document.createElement("span");
    priority.className = todo.priority === 2 ? "priority high" : "priority";
    priority.textContent = todo.priority === 2 ? "High" : "Low";
    row.append(priority);
  }
`,
        },
        sent('priority: Number(data.get("priority"))'),
      ],
      "index.html": [
        formField(
          '<select name="priority" class="field priority-field" aria-label="Priority">\n          <option value="0">Low</option>\n          <option value="1" selected>Normal</option>\n          <option value="2">High</option>\n        </select>',
        ),
      ],
      "src/style.css": [
        styled(
          ".priority {\n  flex: none;\n  padding: 0.1rem 0.6rem;\n  border-radius: 1rem;\n  background: var(--line);\n  font-size: 0.85rem;\n}\n\n.priority.high {\n  background: var(--accent-soft);\n  color: var(--accent);\n  font-weight: 650;\n}\n\n.priority-field {\n  width: auto;\n}",
        ),
      ],
    },
  },
  {
    name: "a filter",
    asks: /\bfilters?\b/i,
    opening: "A filter concerns only what is shown, so the server stays as it is.",
    closing: "Above the list you can now choose: all, open or done.",
    files: {
      "index.html": [
        {
          find: '      <ul id="list"',
          replace: `      <fieldset class="filter" aria-label="Show">
        <label><input type="radio" name="show" value="all" checked /> All</label>
        <label><input type="radio" name="show" value="open" /> Open</label>
        <label><input type="radio" name="show" value="done" /> Done</label>
      </fieldset>
      <ul id="list"`,
        },
      ],
      "src/main.ts": [
        {
          find: "  const shown = todos;\n",
          replace:
            '  const wanted = document.querySelector<HTMLInputElement>("[name=show]:checked")?.value ?? "all";\n  const shown = todos.filter((todo) => wanted === "all" || todo.done === (wanted === "done"));\n',
        },
        {
          find: "\nact(async () => {});",
          replace:
            '\nfor (const choice of document.querySelectorAll("[name=show]")) choice.addEventListener("change", render);\n\nact(async () => {});',
        },
      ],
      "src/style.css": [
        styled(
          ".filter {\n  display: flex;\n  gap: 1.2rem;\n  margin: 1.25rem 0 0;\n  padding: 0;\n  border: 0;\n}\n\n.filter input {\n  accent-color: var(--accent);\n}",
        ),
      ],
    },
  },
];
