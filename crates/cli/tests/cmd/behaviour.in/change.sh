# Two catalogs: in the old one a task is renamed as often as one likes, in the new one once.
set -e
tidings init old 2>/dev/null >/dev/null
sed -i 's/states = \["open", "completed"\]/states = ["open", "renamed", "completed"]/
s/live = \["open"\]/live = ["open", "renamed"]/
s/{ event = "TaskRenamed", from = \["open"\] }/{ event = "TaskRenamed", from = ["open", "renamed"], to = "renamed" }/
s/{ event = "TaskCompleted", from = \["open"\]/{ event = "TaskCompleted", from = ["open", "renamed"]/' old/catalog.toml
cp -r old new
sed -i 's/"TaskRenamed", from = \["open", "renamed"\]/"TaskRenamed", from = ["open"]/' new/catalog.toml
