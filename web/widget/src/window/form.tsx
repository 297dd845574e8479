/** Asks who the visitor is, how to reach them, and what it is about. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Notices } from "./notices.tsx";
import { type Contact, excess, type View } from "./view.ts";
import { fill } from "./words.ts";

type Field = "name" | "phone" | "email" | "body";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const PHONE_DIGITS_MIN = 5;

export function Form(view: View) {
  const { state, options, words, draft, act } = view;
  const known = { ...options.visitor, ...state.identity?.visitor };
  const form = useRef<HTMLFormElement>(null);
  const [byMail, setByMail] = useState(!known.phone && !!known.email);
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const reach = byMail ? "email" : "phone";
  const { rejected, info } = state;

  useEffect(() => {
    if (rejected) setWrong(rejected.fields);
  }, [rejected]);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [wrong]);

  const submit = (event: Event) => {
    event.preventDefault();
    const data = new FormData(form.current as HTMLFormElement);
    const text = (field: Field) => `${data.get(field) ?? ""}`.trim();
    const problems: Field[] = [];
    if (!text("name")) problems.push("name");
    if (byMail && !EMAIL.test(text("email"))) problems.push("email");
    if (!byMail && text("phone").replace(/\D/g, "").length < PHONE_DIGITS_MIN) problems.push("phone");
    if (!text("body") || excess(text("body"))) problems.push("body");
    setWrong(problems);
    if (problems.length > 0) return;
    const contact: Contact = { name: text("name"), [reach]: text(reach) };
    act.send(text("body"), data.has("urgent"), contact);
  };

  const needs = {
    name: words.needName,
    phone: words.needPhone,
    email: words.needEmail,
    body: words.needMessage,
  };
  /** What a field and its complaint have in common. */
  const field = (name: Field) => ({
    id: name,
    name,
    "aria-invalid": wrong.includes(name),
    "aria-describedby": `${name}-problem`,
  });
  const problem = (name: Field) => (
    <span class="problem" id={`${name}-problem`}>
      {wrong.includes(name) &&
        (name === "body" && excess(draft) ? fill(words.tooLong, `${excess(draft)}`) : needs[name])}
    </span>
  );

  return (
    <form ref={form} noValidate onSubmit={submit} class="stranger">
      <div class="scroll">
        <div class="hello">
          <h3>{words.hello}</h3>
          <p>{words.intro}</p>
        </div>
        <Notices {...view} byMail={byMail} />
        <label for="name">{words.name}</label>
        <input {...field("name")} autocomplete="name" maxLength={100} defaultValue={known.name} />
        {problem("name")}
        <fieldset>
          <legend>{words.reach}</legend>
          <div class="choice">
            {[false, true].map((mail) => (
              <label key={mail}>
                <input type="radio" name="reach" checked={byMail === mail} onChange={() => setByMail(mail)} />
                <span>{mail ? words.byMail : words.byText}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <label for={reach}>{words[reach]}</label>
        {byMail ? (
          <input
            key="email"
            {...field("email")}
            type="email"
            autocomplete="email"
            maxLength={254}
            defaultValue={known.email}
            dir="ltr"
          />
        ) : (
          <input
            key="phone"
            {...field("phone")}
            type="tel"
            autocomplete="tel"
            maxLength={40}
            defaultValue={known.phone}
            dir="ltr"
          />
        )}
        {problem(reach)}
        <label for="body">{words.message}</label>
        <textarea
          {...field("body")}
          rows={2}
          defaultValue={draft}
          onInput={(event) => act.typed(event.currentTarget.value)}
        />
        {problem("body")}
        {info?.urgent_allowed && (
          <label class="urgent">
            <input type="checkbox" name="urgent" />
            <span>
              {words.urgent}
              <small>{words.urgentHint}</small>
            </span>
          </label>
        )}
      </div>
      <div class="foot">
        <button type="submit" class="primary">
          {words.start}
        </button>
      </div>
    </form>
  );
}
