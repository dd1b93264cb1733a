#!/usr/bin/env bash
# Records a feature in the instructions that a coding agent reads.
#
# In:   specs/<feature>/plan.md (its Summary and Technical Context) and the files beside it.
# Out:  .github/copilot-instructions.md, of which only the lines between the two markers are ours.
#       Every other byte of it stays as it is. The sections are copied word by word, so links in
#       them must not be relative.
# Exit: 0 written, or nothing to change; 1 refused or failed (or stale, with --check); 2 usage.
#       After 1 and 2 the file is as it was.
set -euo pipefail
export LC_ALL=C

begin='<!-- BEGIN tidings feature context -->'
end='<!-- END tidings feature context -->'

usage() {
  cat >&2 <<'USAGE'
usage: update-agent-context.sh [--check] [--feature DIR] AGENT

  AGENT          copilot (writes .github/copilot-instructions.md)
  --feature DIR  the feature's folder, as a path or as a name under specs/; without it the folder
                 named like the git branch, else the one with the highest number
  --check        write nothing; exit 1 if the file would change
USAGE
  exit 2
}

die() {
  printf 'update-agent-context.sh: %s\n' "$1" >&2
  exit 1
}

check=no
feature=
agent=
while [ $# -gt 0 ]; do
  case $1 in
    --check) check=yes ;;
    --feature)
      if [ $# -lt 2 ] || [ -z "$2" ]; then usage; fi
      feature=$2
      shift
      ;;
    -*) usage ;;
    *)
      if [ -n "$agent" ]; then usage; fi
      agent=$1
      ;;
  esac
  shift
done
if [ "$agent" != copilot ]; then usage; fi

here=$PWD
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd -P)
cd -- "$root"
folder=.github
target=$folder/copilot-instructions.md

# Which feature: prints its path from the root, `specs/NNN-name`.
find_feature() {
  local branch candidate dir found=
  if [ -n "$feature" ]; then
    case $feature in
      /*) set -- "$feature" ;;
      *) set -- "$here/$feature" "$feature" "specs/$feature" ;;
    esac
    for candidate; do
      if [ -d "$candidate" ]; then
        found=$(cd -- "$candidate" && pwd -P)
        case $found in
          "$root"/specs/?*)
            printf '%s\n' "${found#"$root"/}"
            return
            ;;
        esac
      fi
    done
    if [ -n "$found" ]; then die "\`$feature\` is not below $root/specs"; fi
    die "no such folder: \`$feature\`"
  fi
  branch=$(git symbolic-ref --quiet --short HEAD 2>/dev/null) || branch=
  branch=${branch##*/}
  case $branch in
    [0-9][0-9][0-9]-*)
      if [ -f "specs/$branch/plan.md" ]; then
        printf 'specs/%s\n' "$branch"
        return
      fi
      ;;
  esac
  for dir in specs/[0-9][0-9][0-9]-*/; do # a glob is sorted, so the last one is the newest
    if [ -f "${dir}plan.md" ]; then found=${dir%/}; fi
  done
  if [ -z "$found" ]; then die 'no folder specs/NNN-* with a plan.md'; fi
  printf '%s\n' "$found"
}

# The lines of one `## ` section of the plan, without blank lines at either end.
section() {
  awk -v heading="## $1" '
    { sub(/\r$/, "") }
    /^(```|~~~)/ { fence = !fence }
    !fence && /^##? / { inside = ($0 == heading); next }
    !inside { next }
    /^[ \t]*$/ { blank++; next }
    { while (started && blank > 0) { print ""; blank-- } blank = 0; started = 1; print }
  ' "$plan"
}

# The line numbers on which a marker stands alone, with or without a carriage return.
marker_lines() {
  awk -v marker="$1" '{ sub(/\r$/, "") } $0 == marker { print NR }' "$target"
}

block() {
  printf '%s\n' "$begin"
  printf '<!-- Written by .specify/scripts/bash/update-agent-context.sh from %s. -->\n\n' "$plan"
  printf '## Feature %s\n\n' "${feature#specs/}"
  printf '### Summary\n\n%s\n\n' "$summary"
  printf '### Technical context\n\n%s\n\n' "$context"
  printf '### Artifacts\n\n'
  find "$feature" -type f ! -name '.*' | sort | awk '{ print "- `" $0 "`" }'
  printf '\n%s\n' "$end"
}

feature=$(find_feature)
plan=$feature/plan.md
if [ ! -f "$plan" ]; then die "no plan: \`$plan\`"; fi
summary=$(section 'Summary')
context=$(section 'Technical Context')
if [ -z "$summary" ]; then die "\`$plan\` has no text under \`## Summary\`"; fi
if [ -z "$context" ]; then die "\`$plan\` has no text under \`## Technical Context\`"; fi
case $summary$context in
  *"$begin"* | *"$end"*) die "\`$plan\` holds a marker in a section that would be copied" ;;
esac
# Each path becomes one line of Markdown, which none with these could be.
if [ -n "$(find "$feature" -type f \( -path '*[[:cntrl:]]*' -o -path '*`*' \))" ]; then
  die "a path under \`$feature\` has a control character or a backtick"
fi

if [ -L "$folder" ]; then die "\`$folder\` is a symbolic link; left alone"; fi
if [ -L "$target" ]; then die "\`$target\` is a symbolic link; left alone"; fi
if [ -e "$folder" ] && [ ! -d "$folder" ]; then die "\`$folder\` is not a folder; left alone"; fi
if [ -e "$target" ] && [ ! -f "$target" ]; then die "\`$target\` is not a regular file; left alone"; fi

begins=
ends=
if [ -e "$target" ]; then
  begins=$(marker_lines "$begin")
  ends=$(marker_lines "$end")
fi
case $begins/$ends in
  / | [0-9]*/[0-9]*) ;;
  *) die "\`$target\` has only one of the two markers; mend it by hand" ;;
esac
case $begins$ends in
  *[!0-9]*) die "\`$target\` has a marker more than once; mend it by hand" ;;
esac
if [ -n "$begins" ] && [ "$begins" -gt "$ends" ]; then
  die "\`$target\` has its end marker before its begin marker; mend it by hand"
fi

# What is built here replaces the file in one step, or never.
work=$(mktemp -d)
new=
trap 'rm -rf -- "$work" ${new:+"$new"}' EXIT
{
  if [ -n "$begins" ]; then
    # The `head` of macOS refuses 0.
    if [ "$begins" -gt 1 ]; then head -n "$((begins - 1))" "$target"; fi
    block
    tail -n "+$((ends + 1))" "$target"
  elif [ -s "$target" ]; then
    cat "$target"
    if [ -n "$(tail -c 1 "$target")" ]; then printf '\n'; fi
    printf '\n'
    block
  else
    printf '# Copilot instructions\n\n'
    block
  fi
} >"$work/text"

if [ -e "$target" ] && cmp -s -- "$work/text" "$target"; then
  printf '%s is up to date with %s\n' "$target" "$feature"
  exit 0
fi
if [ "$check" = yes ]; then
  die "\`$target\` is stale: run $0 $agent"
fi

mkdir -p -- "$folder"
new=$(mktemp "$folder/.copilot-instructions.XXXXXX")
if [ -e "$target" ]; then
  cp -p -- "$target" "$new" # for its mode
else
  chmod "$(printf '%o' "$((0666 & ~$(umask)))")" "$new"
fi
cat "$work/text" >"$new"
mv -f -- "$new" "$target"
new=
printf '%s now records %s\n' "$target" "$feature"
