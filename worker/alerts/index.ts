export { deleteAlert, getAlert, listAlertEvents, listAlerts, putAlert } from "./alerts.ts";
export { evaluateAlerts } from "./evaluate-alerts.ts";
export { notifyOfAlerts } from "./notify.ts";
