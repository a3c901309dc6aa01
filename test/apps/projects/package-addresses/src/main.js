import "/node_modules/normalize.css/normalize.css";
import { Modal } from "/node_modules/bootstrap/dist/js/bootstrap.esm.js";

document.body.dataset.modal = Modal.NAME;
