import { flows } from "./flows.mjs";

flows("Firefox");
