#include "healer/actions/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/process.h"
#include "base/utf8.h"
#include "logs/secrets.h"

namespace healer::actions {
namespace {

constexpr std::size_t kLongestWord = 300;

// What a program says last is most often why it failed.
std::string last_line(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t end = text.find_last_not_of(kBlank);
  if (end == std::string_view::npos) return "";
  text = text.substr(0, end + 1);
  const std::size_t newline = text.rfind('\n');
  if (newline != std::string_view::npos) text.remove_prefix(newline + 1);
  return logs::mask_secrets(base::excerpt(text, kLongestWord));
}

class Run final : public Action {
 public:
  explicit Run(base::Command command) : command_(std::move(command)) {}

  bool acts_on(std::string_view) const override { return true; }

  std::string describe(const Target&) const override {
    return fmt::format("run {:?}", fmt::join(command_.argv, ", "));
  }

  base::Result<Outcome> run(const Target&, base::Deadline deadline) override {
    const auto exit = base::run(command_, deadline);
    if (!exit) return std::unexpected(exit.error());
    const std::string& program = command_.argv.front();
    if (exit->ok()) return Outcome{fmt::format("{} succeeded", program)};
    std::string how = exit->timed_out ? "did not end in time"
                      : exit->signal  ? fmt::format("was ended by signal {}", exit->signal)
                                      : fmt::format("failed with exit code {}", exit->code);
    const std::string why = last_line(exit->err);
    return base::fail("{} {}{}{}", program, how, why.empty() ? "" : ": ", why);
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
  parameters.only({"argv", "directory"});
  base::Command command;
  const base::yaml::Node argv = parameters.required("argv");
  command.argv = argv.strings();
  if (argv.present() && command.argv.empty()) argv.problem("is empty: there is nothing to run");
  if (!command.argv.empty()) absolute(argv, command.argv.front());
  if (const auto directory = parameters.optional("directory"); directory.present()) {
    command.directory = directory.non_empty_string();
    absolute(directory, command.directory);
  }
  if (command.argv.empty()) return nullptr;
  return std::make_unique<Run>(std::move(command));
}

}  // namespace healer::actions
