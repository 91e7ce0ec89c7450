#include "healer/actions/maintenance/health_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

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
  HealthAudit(std::string folder, std::vector<CommandCheck> commands, const World& world)
      : folder_(std::move(folder)), commands_(std::move(commands)), world_(world) {}

  std::string describe(const Target&) const override {
    return fmt::format("run the health audit and write its report to {}", folder_);
  }

  base::Result<Outcome> run(const Target&, base::Deadline deadline) override {
    base::log::info("🏥 Starting health check audit...", {{"folder", folder_}});
    // Time is reserved to end commands that hang and to write the report.
    const auto audit = audit::audit(commands_, *world_.prometheus, world_.clock,
                                    deadline.within(deadline.remaining() - kToWrite));
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
      outcome.findings.list.push_back({"", check.name, check.passed});
    return outcome;
  }

 private:
  static constexpr base::Duration kToWrite = std::chrono::seconds(5);

  std::string folder_;
  std::vector<CommandCheck> commands_;
  World world_;
};

}  // namespace

std::unique_ptr<Action> make_health_audit(const base::yaml::Node& parameters, const World& world) {
  parameters.only({"folder", "commands"});
  std::string folder = read_folder(parameters);
  const auto node = parameters.optional("commands");
  auto commands = validation::read_command_checks(node);
  const auto taken = audit::question_names();
  for (const CommandCheck& command : commands) {
    if (std::ranges::find(taken, command.name) != taken.end())
      node.problem(fmt::format("\"{}\" is the name of a built-in check: choose another name", command.name));
  }
  if (world.prometheus == nullptr) return nullptr;
  return std::make_unique<HealthAudit>(std::move(folder), std::move(commands), world);
}

}  // namespace healer::actions
