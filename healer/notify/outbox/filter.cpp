#include "healer/notify/outbox/filter.h"

#include <algorithm>

namespace healer::notify {
namespace {

bool lists(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

bool wants(NotifierConfig::Tasks tasks, TaskNotice notice) {
  switch (notice) {
    case TaskNotice::kNone:
      return true;
    case TaskNotice::kFailure:
      return tasks != NotifierConfig::Tasks::kNone;
    case TaskNotice::kRoutine:
      return tasks == NotifierConfig::Tasks::kAll;
  }
  return true;
}

}  // namespace

bool accepts(const NotifierConfig& notifier, const Notice& notice) {
  const bool named =
      notifier.only.empty() || std::ranges::find(notifier.only, notice.kind) != notifier.only.end();
  return named && wants(notifier.tasks, task_notice(notice.kind)) && weight(notice) >= notifier.min_weight &&
         lists(notifier.containers, notice.container) && lists(notifier.playbooks, notice.playbook);
}

}  // namespace healer::notify
