#!/usr/bin/python3
"""from_help.py FORMAT PROGRAM: writes what PROGRAM's --help says as a manual page or as completions for a shell.

FORMAT is man, bash, zsh or fish. The help of every subcommand is read, so that neither can name what the program does not have.
"""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ABOUT = {
    "salusctl": ("1", "User Commands"),
    "salus-exporter": ("8", "System Administration"),
    "salus-healer": ("8", "System Administration"),
}


@dataclass(frozen=True)
class Entry:
    """An option, a positional or a subcommand: its name as typed, its value as the help shows it, what it does."""

    name: str
    value: str
    text: str

    @property
    def spellings(self) -> list[str]:
        return self.name.split(",")


@dataclass
class Command:
    words: list[str]
    summary: str
    options: list[Entry] = field(default_factory=list)
    positionals: list[Entry] = field(default_factory=list)
    commands: list["Command"] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)

    def walk(self) -> list["Command"]:
        return [self, *(each for command in self.commands for each in command.walk())]


def entries(lines: list[str]) -> list[Entry]:
    """The rows of one section; a row that begins in the column of texts continues the one above it."""
    found: list[Entry] = []
    for line in lines:
        if re.match(r"^ {20,}", line) and found:
            last = found.pop()
            found.append(Entry(last.name, last.value, f"{last.text} {line.strip()}".strip()))
            continue
        head, _, text = line.strip().partition("  ")
        name, _, value = head.partition(" ")
        found.append(Entry(name, value, text.strip()))
    return found


def read(program: Path, words: list[str]) -> Command:
    arguments = [str(program), *words[1:], "--help"]
    shown = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    command = Command(words, shown[0])
    section = ""
    rows: dict[str, list[str]] = {}
    for line in shown[1:]:
        if re.fullmatch(r"(Options|Positionals|Subcommands):", line):
            section = line[:-1]
        elif line.startswith("  "):
            rows.setdefault(section, []).append(line)
        elif line and not line.startswith("Usage:"):
            command.footer.append(line)
    command.options = entries(rows.get("Options", []))
    command.positionals = entries(rows.get("Positionals", []))
    command.commands = [read(program, [*words, each.name]) for each in entries(rows.get("Subcommands", []))]
    return command


# ---- a manual page -----------------------------------------------------------------------------


def roff(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped[:1] in ".'" else escaped


def paragraph(entry: Entry) -> str:
    names = ", ".join(f"\\fB{roff(each)}\\fR" for each in entry.spellings)
    value = f" \\fI{roff(entry.value)}\\fR" if entry.value else ""
    return f".TP\n{names}{value}\n{roff(entry.text)}\n"


def man(top: Command, version: str) -> str:
    name = top.words[0]
    number, title = ABOUT[name]
    page = [f'.TH {name.upper()} {number} "" "Salus {version}" "{title}"\n']
    page.append(f".SH NAME\n{roff(name)} \\- {roff(top.summary.rstrip('.'))}\n")
    usage = " \\fISUBCOMMAND\\fR" if top.commands else ""
    page.append(f".SH SYNOPSIS\n\\fB{roff(name)}\\fR [\\fIOPTIONS\\fR]{usage}\n")
    page.append(".SH OPTIONS\n" + "".join(paragraph(each) for each in top.options))
    if top.commands:
        page.append(".SH SUBCOMMANDS\n")
    for each in top.walk()[1:]:
        shown = " ".join([*each.words[1:], *(entry.name.upper() for entry in each.positionals)])
        page.append(f".SS {roff(shown)}\n{roff(each.summary)}\n")
        page.extend(paragraph(entry) for entry in each.positionals)
        page.extend(paragraph(entry) for entry in each.options if "--help" not in entry.name)
        page.extend(f".PP\n{roff(' '.join(each.footer))}\n" for _ in each.footer[:1])
    page.append(".SH SEE ALSO\n")
    page.append(", ".join(f"\\fB{roff(other)}\\fR({section})" for other, (section, _) in ABOUT.items() if other != name) + "\n")
    return "".join(page)


# ---- completions -------------------------------------------------------------------------------


def long_options(command: Command) -> list[Entry]:
    return [each for each in command.options if any(spelling.startswith("--") for spelling in each.spellings)]


def words_of(command: Command) -> str:
    options = [spelling for each in command.options for spelling in each.spellings if spelling.startswith("--")]
    return " ".join([*(each.words[-1] for each in command.commands), *options])


def bash(top: Command) -> str:
    function = "_" + top.words[0].replace("-", "_")
    cases = "".join(f"    '{' '.join(each.words[1:])}') words='{words_of(each)}' ;;\n" for each in top.walk())
    known = "|".join(sorted({" ".join(each.words[1:]) for each in top.walk()[1:]}))
    loop = (
        f"""  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    case "${{command:+$command }}$word" in
      {known.replace(" ", chr(92) + " ")}) command="${{command:+$command }}$word" ;;
    esac
  done
"""
        if known
        else ""
    )
    return f"""# bash completion for {top.words[0]}
{function}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} command='' word words=''
{loop}  case $command in
{cases}  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  if [[ $current != -* ]]; then
    local files
    mapfile -t files < <(compgen -f -- "$current")
    COMPREPLY+=("${{files[@]}}")
  fi
}}
complete -o filenames -F {function} {top.words[0]}
"""


def quoted(text: str) -> str:
    return text.replace("'", "").replace("[", "(").replace("]", ")").replace(":", " -")


def zsh(top: Command) -> str:
    name = top.words[0]
    cases = []
    for each in top.walk():
        rows = [f"'{command.words[-1]}:{quoted(command.summary)}'" for command in each.commands]
        rows += [f"'{option.spellings[-1]}:{quoted(option.text)}'" for option in long_options(each)]
        cases.append(f"    '{' '.join(each.words[1:])}') words=({' '.join(rows)}) ;;")
    known = " ".join(f"'{' '.join(each.words[1:])}'" for each in top.walk()[1:])
    lines = "\n".join(cases)
    return f"""#compdef {name}
local -a words known
local command='' word typed=("${{(@)words[2,CURRENT-1]}}")
known=({known})
for word in $typed; do
  local next="${{command:+$command }}$word"
  (( ${{known[(Ie)$next]}} )) && command=$next
done
case $command in
{lines}
esac
_describe '{name}' words
_files
"""


def fish(top: Command) -> str:
    name = top.words[0]
    lines = [f"# fish completion for {name}"]
    for each in top.walk():
        path = each.words[1:]
        conditions = [f"__fish_seen_subcommand_from {word}" for word in path]
        if each.commands:
            conditions.append("not __fish_seen_subcommand_from " + " ".join(command.words[-1] for command in each.commands))
        guard = f" -n '{'; and '.join(conditions)}'" if conditions else ""
        for command in each.commands:
            lines.append(f"complete -c {name}{guard} -a {command.words[-1]} -d '{quoted(command.summary)}'")
        for option in long_options(each):
            needs = " -r" if option.value else ""
            lines.append(f"complete -c {name}{guard} -l {option.spellings[-1][2:]}{needs} -d '{quoted(option.text)}'")
    return "\n".join(lines) + "\n"


def main() -> int:
    if len(sys.argv) != 3 or sys.argv[1] not in {"man", "bash", "zsh", "fish"}:
        print(__doc__, file=sys.stderr)
        return 2
    program = Path(sys.argv[2])
    top = read(program, [program.name])
    if sys.argv[1] == "man":
        shown = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
        found = re.search(r"\d+\.\d+\.\d+\S*", shown)
        sys.stdout.write(man(top, found[0].rstrip(",") if found else ""))
    else:
        sys.stdout.write({"bash": bash, "zsh": zsh, "fish": fish}[sys.argv[1]](top))
    return 0


if __name__ == "__main__":
    sys.exit(main())
