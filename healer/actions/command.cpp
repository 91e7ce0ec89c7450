#include "healer/actions/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/os/process.h"
#include "healer/actions/failure_summary.h"

namespace healer::actions {
namespace {

class Run final : public Action {
 public:
  explicit Run(base::Command command) : command_(std::move(command)) {}

  std::string describe(const Target&) const override {
    return fmt::format("run {:?}", fmt::join(command_.argv, ", "));
  }

  base::Result<Outcome> run(const Target&, base::Deadline deadline) override {
    const auto exit = base::run(command_, deadline);
    if (!exit) return std::unexpected(exit.error());
    const std::string& program = command_.argv.front();
    if (exit->ok()) return Outcome{fmt::format("{} succeeded", program)};
    return base::fail("{} {}", program, how_it_failed(*exit));
  }

 private:
  base::Command command_;
};

bool absolute(const base::yaml::Node& node, const std::string& path) {
  if (path.starts_with('/')) return true;
  node.problem(fmt::format("\"{}\" is not an absolute path", path));
  return false;
}

}  // namespace

std::unique_ptr<Action> make_command(const base::yaml::Node& parameters, const World&) {
  parameters.only({"argv", "directory", "max_memory_bytes"});
  base::Command command;
  const base::yaml::Node argv = parameters.required("argv");
  command.argv = argv.strings();
  if (argv.present() && command.argv.empty()) argv.problem("must not be empty");
  if (!command.argv.empty()) absolute(argv, command.argv.front());
  if (const auto directory = parameters.optional("directory"); directory.present()) {
    command.directory = directory.non_empty_string();
    absolute(directory, command.directory);
  }
  // An action may need much memory, so it is limited only where a limit is configured.
  command.limits.memory_bytes =
      static_cast<std::uint64_t>(parameters.optional("max_memory_bytes").integer(0, 16LL << 20U, 1LL << 50U));
  if (command.argv.empty()) return nullptr;
  return std::make_unique<Run>(std::move(command));
}

}  // namespace healer::actions
