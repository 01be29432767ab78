import { flows } from "./flows.mjs";

flows("Chromium");
