#!/usr/bin/env bash
# Tests update-agent-context.sh: each case in a folder of its own under a temporary one.
# Prints a line a case and a closing count; exits 1 if a case failed.
# shellcheck disable=SC2016  # the backticks in single quotes are Markdown
set -euo pipefail
export LC_ALL=C
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_CEILING_DIRECTORIES

script=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)/update-agent-context.sh
begin='<!-- BEGIN tidings feature context -->'
end='<!-- END tidings feature context -->'
target=.github/copilot-instructions.md

top=$(mktemp -d)
trap 'rm -rf -- "$top"' EXIT

passed=0
failed=0

# A repository with one feature, in the current folder.
set_up() {
  mkdir -p .specify/scripts/bash
  cp -- "$script" .specify/scripts/bash/
  feature 004-first 'The first summary.'
}

feature() { # name, summary
  mkdir -p "specs/$1/contracts"
  printf '# Plan\n\n## Summary\n\n%s\n\n## Technical Context\n\n- Language: none\n\n## Phases\n\nNot copied.\n' \
    "$2" >"specs/$1/plan.md"
  printf '{}\n' >"specs/$1/contracts/b.json"
  printf '{}\n' >"specs/$1/contracts/A.json"
}

# Runs the script, keeps what it printed in `out`, and demands the exit code.
run() { # code, argument…
  local want=$1 got=0
  shift
  bash .specify/scripts/bash/update-agent-context.sh "$@" >out 2>&1 || got=$?
  if [ "$got" -ne "$want" ]; then
    printf '    exit %s, expected %s: %s\n' "$got" "$want" "$(cat out)"
    return 1
  fi
}

has() { # file, line
  grep -qxF -- "$2" "$1" || { printf '    %s lacks the line: %s\n' "$1" "$2"; return 1; }
}

lacks() { # file, text
  if grep -qF -- "$2" "$1"; then printf '    %s has: %s\n' "$1" "$2"; return 1; fi
}

says() { # text
  grep -qF -- "$1" out || { printf '    said: %s\n' "$(cat out)"; return 1; }
}

same() { # file, file
  cmp -- "$1" "$2"
}

no_leftovers() {
  [ -z "$(find . -name '.copilot-instructions.*')" ]
}

# Demands that the script refuses (exit 1, with this text) and that the target stays as it is.
refuses() { # text
  cp -P -- "$target" before
  run 1 copilot && says "$1" && same before "$target" && no_leftovers
}

creates_a_missing_file_and_its_folder() {
  run 0 copilot
  has $target '# Copilot instructions'
  has $target "$begin"
  has $target "$end"
  has $target '## Feature 004-first'
  has $target 'The first summary.'
  has $target '- Language: none'
  lacks $target 'Not copied.'
  no_leftovers
}

fills_an_empty_file() {
  mkdir .github
  : >$target
  run 0 copilot
  has $target '# Copilot instructions'
}

a_second_run_changes_nothing() {
  run 0 copilot
  cp -- $target before
  run 0 copilot
  says 'is up to date'
  same before $target
}

lists_every_file_sorted_by_byte() {
  printf '\n' >'specs/004-first/a name.md'
  : >specs/004-first/.hidden
  run 0 copilot
  sed -n 's/^- `\(.*\)`$/\1/p' $target >listed
  printf 'specs/004-first/%s\n' 'a name.md' contracts/A.json contracts/b.json plan.md >expected
  same expected listed
}

follows_the_files_that_come_and_go() {
  run 0 copilot
  : >specs/004-first/research.md
  rm specs/004-first/contracts/A.json
  run 0 copilot
  has $target '- `specs/004-first/research.md`'
  lacks $target 'A.json'
}

keeps_every_byte_outside_the_markers() {
  mkdir .github
  printf '\xef\xbb\xbf# Ours\r\n\r\ntabs\t, \xff and trailing  \n\n\n' >start
  printf '\n\n  after\r\nno newline at the end' >rest
  { cat start; printf '%s\nold\n%s\n' "$begin" "$end"; cat rest; } >$target
  run 0 copilot
  lacks $target old
  head -c "$(wc -c <start)" $target | same start -
  tail -c "$(wc -c <rest)" $target | same rest -
  sed -n "$(($(wc -l <start) + 1))p" $target | has /dev/stdin "$begin"
  cp -- $target before
  run 0 copilot
  same before $target
}

appends_to_text_without_a_final_newline() {
  mkdir .github
  printf 'mine\r\nlast line' >$target
  cp -- $target mine
  run 0 copilot
  head -c "$(wc -c <mine)" $target | same mine -
  [ -z "$(sed -n 3p $target)" ]
  sed -n 4p $target | has /dev/stdin "$begin"
  cp -- $target before
  run 0 copilot
  same before $target
}

accepts_markers_at_the_very_start_and_end() {
  mkdir .github
  printf '%s\n%s' "$begin" "$end" >$target
  run 0 copilot
  [ "$(head -n 1 $target)" = "$begin" ]
  [ "$(tail -n 1 $target)" = "$end" ]
  has $target 'The first summary.'
}

accepts_markers_with_carriage_returns() {
  mkdir .github
  printf 'before\r\n%s\r\nold\r\n%s\r\nafter\r\n' "$begin" "$end" >$target
  run 0 copilot
  lacks $target old
  [ "$(grep -cF 'tidings feature context' $target)" -eq 2 ]
  [ "$(head -n 1 $target)" = $'before\r' ]
  [ "$(tail -n 1 $target)" = $'after\r' ]
}

takes_a_marker_inside_a_line_for_text() {
  mkdir .github
  printf 'Write between `%s` and `%s`.\n' "$begin" "$end" >$target
  cp -- $target mine
  run 0 copilot
  head -n 1 $target | same mine -
  cp -- $target before
  run 0 copilot
  same before $target
}

refuses_a_begin_marker_alone() {
  mkdir .github
  printf 'a\n%s\nb\n' "$begin" >$target
  refuses 'only one of the two markers'
}

refuses_an_end_marker_alone() {
  mkdir .github
  printf 'a\n%s\nb\n' "$end" >$target
  refuses 'only one of the two markers'
}

refuses_markers_in_the_wrong_order() {
  mkdir .github
  printf '%s\n%s\n' "$end" "$begin" >$target
  refuses 'before its begin marker'
}

refuses_two_pairs() {
  mkdir .github
  printf '%s\n%s\n%s\n%s\n' "$begin" "$end" "$begin" "$end" >$target
  refuses 'more than once'
}

refuses_two_begins_and_one_end() {
  mkdir .github
  printf '%s\n%s\n%s\n' "$begin" "$begin" "$end" >$target
  refuses 'more than once'
}

leaves_a_linked_file_alone() {
  mkdir .github
  printf 'elsewhere\n' >elsewhere
  ln -s ../elsewhere $target
  cp -- elsewhere before
  run 1 copilot
  says 'symbolic link'
  same before elsewhere
  [ -L $target ]
}

leaves_a_dangling_link_alone() {
  mkdir .github
  ln -s ../nowhere $target
  run 1 copilot
  says 'symbolic link'
  [ -L $target ]
  [ ! -e nowhere ]
}

leaves_a_linked_folder_alone() {
  mkdir elsewhere
  ln -s elsewhere .github
  run 1 copilot
  says 'symbolic link'
  [ -z "$(ls -A elsewhere)" ]
}

leaves_a_folder_in_the_place_of_the_file_alone() {
  mkdir -p $target
  run 1 copilot
  says 'not a regular file'
  [ -z "$(ls -A $target)" ]
}

leaves_a_file_in_the_place_of_the_folder_alone() {
  printf 'x\n' >.github
  run 1 copilot
  says 'not a folder'
  [ "$(cat .github)" = x ]
}

an_unknown_agent_is_a_usage_error() {
  run 2 pilot
  says 'usage: '
  [ ! -e .github ]
}

no_agent_two_agents_and_unknown_options_are_usage_errors() {
  run 2
  run 2 copilot copilot
  run 2 --force copilot
  run 2 copilot --feature
  run 2 copilot --feature ''
  [ ! -e .github ]
}

takes_the_highest_number_without_a_branch() {
  feature 009-ninth 'The ninth summary.'
  feature 010-tenth 'The tenth summary.'
  mkdir specs/011-without-a-plan
  run 0 copilot
  has $target '## Feature 010-tenth'
}

takes_the_feature_of_the_branch() {
  feature 010-tenth 'The tenth summary.'
  git init -q .
  git symbolic-ref HEAD refs/heads/feature/004-first
  run 0 copilot
  has $target '## Feature 004-first'
  git symbolic-ref HEAD refs/heads/005-not-there
  run 0 copilot
  has $target '## Feature 010-tenth'
}

takes_the_feature_that_is_named() {
  feature 010-tenth 'The tenth summary.'
  run 0 --feature 004-first copilot
  has $target 'The first summary.'
  run 0 copilot --feature specs/010-tenth/
  has $target 'The tenth summary.'
  lacks $target 'The first summary.'
  run 0 copilot --feature "$PWD/specs/004-first"
  has $target 'The first summary.'
}

works_from_any_folder() {
  (cd specs/004-first && bash ../../.specify/scripts/bash/update-agent-context.sh --feature . copilot >/dev/null)
  has $target '- `specs/004-first/plan.md`'
}

refuses_a_feature_that_is_not_there_or_not_below_specs() {
  mkdir other
  run 1 --feature 005-none copilot
  says 'no such folder'
  run 1 --feature other copilot
  says 'is not below'
  run 1 --feature specs copilot
  says 'is not below'
  [ ! -e .github ]
}

refuses_without_any_feature() {
  rm -r specs
  run 1 copilot
  says 'no folder specs/NNN-*'
}

refuses_a_plan_without_a_summary() {
  printf '# Plan\n\n## Summary\n\n## Technical Context\n\ntext\n' >specs/004-first/plan.md
  run 1 copilot
  says '## Summary'
  [ ! -e .github ]
}

refuses_a_plan_without_a_technical_context() {
  printf '# Plan\n\n## Summary\n\ntext\n' >specs/004-first/plan.md
  run 1 copilot
  says '## Technical Context'
}

reads_a_plan_with_carriage_returns() {
  sed 's/$/\r/' specs/004-first/plan.md >plan
  mv plan specs/004-first/plan.md
  run 0 copilot
  has $target 'The first summary.'
  lacks $target $'\r'
}

does_not_end_a_section_inside_a_code_block() {
  {
    printf '## Summary\n\nfirst\n\n```text\n## not a heading\n```\n\n\nlast\n\n'
    printf '## Technical Context\n\ntext\n'
  } >specs/004-first/plan.md
  run 0 copilot
  has $target '## not a heading'
  has $target last
}

refuses_a_plan_that_holds_a_marker() {
  printf '## Summary\n\n%s\n\n## Technical Context\n\ntext\n' "$end" >specs/004-first/plan.md
  run 1 copilot
  says 'holds a marker'
  [ ! -e .github ]
}

refuses_a_path_that_would_break_the_list() {
  mkdir specs/004-first/$'two\nlines'
  run 0 copilot
  cp -- $target before
  : >specs/004-first/$'two\nlines'/plain
  run 1 copilot
  says 'control character'
  rm -r specs/004-first/$'two\nlines'
  : >'specs/004-first/a`b'
  run 1 copilot
  says 'backtick'
  same before $target
}

keeps_the_mode_of_the_file() {
  mkdir .github
  printf 'mine\n' >$target
  chmod 640 $target
  run 0 copilot
  find $target -perm 640 | has /dev/stdin $target
}

gives_a_new_file_the_usual_mode() {
  umask 022
  run 0 copilot
  find $target -perm 644 | has /dev/stdin $target
}

check_tells_a_stale_file_and_writes_nothing() {
  run 1 --check copilot
  [ ! -e .github ]
  run 0 copilot
  run 0 --check copilot
  : >specs/004-first/research.md
  cp -- $target before
  run 1 --check copilot
  says 'is stale'
  same before $target
}

# Every function that is defined after `refuses` is a case, in the order of this file.
cases=$(sed -n '/^refuses()/,$ s/^\([a-z_]*\)() {$/\1/p' "${BASH_SOURCE[0]}")
for case in $cases; do
  mkdir "$top/$case"
  code=0
  # A subshell of its own, not the condition of an `if`: there `set -e` would be off.
  set +e
  (
    set -e
    cd -- "$top/$case"
    set_up
    "$case"
  )
  code=$?
  set -e
  if [ "$code" -eq 0 ]; then
    passed=$((passed + 1))
    printf 'ok      %s\n' "$case"
  else
    failed=$((failed + 1))
    printf 'FAILED  %s\n' "$case"
  fi
done
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
