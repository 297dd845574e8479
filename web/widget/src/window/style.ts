/** The style sheets of the window, in the order in which they apply. */
import tokens from "../../../tokens/tokens.css?inline";
import fields from "./style/fields.css?inline";
import form from "./style/form.css?inline";
import messages from "./style/messages.css?inline";
import panel from "./style/panel.css?inline";

export const styles = tokens + panel + messages + fields + form;
