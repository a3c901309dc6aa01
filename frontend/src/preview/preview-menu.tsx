import {
  ArrowLeft,
  ArrowRight,
  DatabaseZap,
  Ellipsis,
  Laptop,
  Maximize,
  RotateCcwSquare,
  Scan,
  Smartphone,
  Tablet,
} from "lucide-react";
import { Menu } from "../ui/menu.tsx";
import { type DeviceName, devices, type Screen, titleOf } from "./devices.ts";
import type { PreviewMove } from "./preview-message.ts";

const icons: Record<DeviceName, typeof Scan> = {
  Fit: Scan,
  Phone: Smartphone,
  "Small phone": Smartphone,
  Tablet,
  Laptop,
};

type PreviewMenuProps = {
  /** Whether no app is visible. */
  none: boolean;
  screen: Screen;
  onScreen: (screen: Screen) => void;
  onMove: (move: PreviewMove) => void;
  onFullScreen: () => void;
  /** Resets the preview's data; null if the person lacks the permission. */
  onReset: (() => void) | null;
};

/** A menu with the actions that do not fit into the preview's bar on a phone. */
export function PreviewMenu({ none, screen, onScreen, onMove, onFullScreen, onReset }: PreviewMenuProps) {
  return (
    <span className="flex md:hidden">
      <Menu
        label="More for the preview"
        icon={<Ellipsis size={15} />}
        place="left of the button"
        items={[
          { title: "Back", Icon: ArrowLeft, act: () => onMove({ type: "back" }), disabled: none },
          { title: "Forward", Icon: ArrowRight, act: () => onMove({ type: "forward" }), disabled: none },
          { title: "Full screen", Icon: Maximize, act: onFullScreen, disabled: none },
          ...devices.map((device) => ({
            title: titleOf(device),
            Icon: icons[device.name],
            act: () => onScreen({ ...screen, device: device.name }),
            pressed: screen.device === device.name,
          })),
          {
            title: "Rotate",
            Icon: RotateCcwSquare,
            act: () => onScreen({ ...screen, isTurned: !screen.isTurned }),
            disabled: screen.device === "Fit",
            pressed: screen.device !== "Fit" && screen.isTurned,
          },
          ...(onReset === null
            ? []
            : [{ title: "Reset preview data", Icon: DatabaseZap, act: onReset, disabled: none }]),
        ]}
      />
    </span>
  );
}
