#include "healer/actions/maintenance/health_audit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <set>

#include "base/log.h"
#include "base/os/file.h"
#include "healer/actions/files/folder.h"
#include "healer/actions/files/name_filter.h"
#include "healer/actions/maintenance/audit.h"
#include "healer/actions/maintenance/validation/config.h"

namespace healer::actions {
namespace {

class HealthAudit final : public Action {
 public:
  HealthAudit(std::string folder, std::vector<CommandCheck> commands, base::Duration recheck_within,
              const World& world)
      : folder_(std::move(folder)),
        commands_(std::move(commands)),
        recheck_within_(recheck_within),
        world_(world) {}

  std::string describe(const Target&) const override {
    return fmt::format("run the health audit and write its report to {}", folder_);
  }

  base::Result<Outcome> run(const Target&, base::Deadline deadline) override {
    base::log::info("🏥 Starting health check audit...", {{"folder", folder_}});
    // Time is reserved to end commands that hang and to write the report.
    const auto audit = audit::audit(commands_, *world_.prometheus, world_.clock,
                                    deadline.within(deadline.remaining() - kToWrite));
    const std::vector<std::string> failed = failed_of(audit);
    if (is_first_failure(failed)) {
      return base::fail("{} failed; {} made again before that is reported", fmt::join(failed, ", "),
                        failed.size() == 1 ? "it is" : "they are");
    }
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) return base::fail("{}: {}", folder_, error.message());
    const std::string path = folder_ + "/" + audit::report_name(audit.at);
    if (const auto written = base::write_atomically(path, audit::report(audit), 0640); !written)
      return std::unexpected(written.error());
    base::log::info("📊 Health check complete: " + path,
                    {{"score", fmt::format("{:.1f}", audit.score())}, {"status", audit.status}});
    if (audit.passed() < audit.checks.size()) {
      base::log::error("⚠️ SYSTEM HEALTH CHECK FAILED - Manual review required",
                       {{"report", path}, {"failed", audit.checks.size() - audit.passed()}});
    }
    Outcome outcome{
        .detail = fmt::format("{:.1f}/10, system status {}, {} of {} checks passed: {}", audit.score(),
                              audit.status, audit.passed(), audit.checks.size(), path),
        .counts = {},
        .findings = {.suite = "health_audit", .list = {}}};
    outcome.written = Written{.what = Written::What::kHealthAudit,
                              .date = base::rfc3339(audit.at).substr(0, 10),
                              .status = fmt::format("{:.1f}/10, {}", audit.score(), audit.status),
                              .path = path};
    for (const audit::AuditCheck& check : audit.checks)
      outcome.findings.list.push_back({"", check.name, check.passed || check.reported});
    for (const audit::AuditCheck& check : audit.checks) {
      if (!check.passed && !check.reported)
        outcome.detail += fmt::format("; {}: {}", check.name, fmt::join(check.defects, ", "));
    }
    return outcome;
  }

 private:
  // Failed checks that no alert reports: an operator has to learn of them.
  static std::vector<std::string> failed_of(const audit::Audit& audit) {
    std::vector<std::string> names;
    for (const audit::AuditCheck& check : audit.checks) {
      if (!check.passed && !check.reported) names.push_back(check.name);
    }
    return names;
  }

  // None of them failed in the run before, unless that was long ago.
  bool is_first_failure(const std::vector<std::string>& failed) {
    if (recheck_within_ == base::Duration::zero()) return false;
    const base::MonoTime now = world_.clock.now().mono;
    const std::lock_guard lock(mutex_);
    const bool again =
        failed_at_ && now - *failed_at_ <= recheck_within_ &&
        std::ranges::any_of(failed, [&](const std::string& name) { return failed_before_.contains(name); });
    failed_at_ = now;
    failed_before_ = {failed.begin(), failed.end()};
    return !failed.empty() && !again;
  }

  static constexpr base::Duration kToWrite = std::chrono::seconds(5);

  std::string folder_;
  std::vector<CommandCheck> commands_;
  base::Duration recheck_within_;
  World world_;
  std::mutex mutex_;  // guards what follows
  std::optional<base::MonoTime> failed_at_;
  std::set<std::string> failed_before_;
};

}  // namespace

std::unique_ptr<Action> make_health_audit(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"folder", "commands", "recheck_within"});
  const auto recheck_within =
      parameters.optional("recheck_within")
          .duration(base::Duration::zero(), base::Duration::zero(), std::chrono::hours(24));
  std::string folder = read_folder(parameters);
  const auto node = parameters.optional("commands");
  auto commands = validation::read_command_checks(node);
  const auto taken = audit::question_names();
  for (const CommandCheck& command : commands) {
    if (std::ranges::find(taken, command.name) != taken.end())
      node.problem(fmt::format("\"{}\" is the name of a built-in check: choose another name", command.name));
  }
  if (world.prometheus == nullptr) return nullptr;
  return std::make_unique<HealthAudit>(std::move(folder), std::move(commands), recheck_within, world);
}

}  // namespace healer::actions
