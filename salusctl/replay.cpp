#include "salusctl/replay.h"

#include <nlohmann/json.hpp>

#include "base/text/utf8.h"
#include "healer/engine/replay.h"
#include "healer/setup/setup.h"
#include "salusctl/recorded.h"

namespace healer::salusctl {
namespace {

// Describes actions and executes nothing.
class Words final : public Effects {
 public:
  explicit Words(const Setup& setup) : setup_(setup) {}
  std::string describe(const ActionRequest& order) const override {
    const actions::Action* action = setup_.action(order.playbook, order.rung);
    return action == nullptr ? std::string() : action->describe(order.target);
  }
  void run(const ActionRequest&) override {}
  void check(const CheckRequest&) override {}
  base::Result<> publish(const PolicyDocument&) override { return {}; }
  void notify(const Notice&) override {}
  void answer(std::uint64_t, const base::Result<>&) override {}

 private:
  const Setup& setup_;
};

}  // namespace

Output replay_journal(const ReplayJournal& wanted, const base::Clock& clock) {
  base::yaml::Problems problems;
  const auto setup = read_setup(
      wanted.config_file, subsystems_beside(wanted.config_file, wanted.subsystems_file), clock, problems);
  if (!problems.empty()) return {2, "", problems.str()};
  const auto recorded = read_recorded(wanted.journal_file);
  if (!recorded) return {2, "", "salusctl: " + recorded.error().message + "\n"};
  const std::vector<Entry>& entries = recorded->entries;
  // Like a healer that started just before the first remaining record.
  base::Now begin{entries.empty() ? base::WallTime{} : entries.front().record.at, kReplayBegins};
  auto before = remember({recorded->before, {}}, begin);
  if (!before) return {2, "", fmt::format("salusctl: {}: {}\n", wanted.journal_file, before.error().message)};
  const Replayed replayed = replay(entries, setup->config, Words(*setup), std::move(*before));
  const auto& difference = replayed.difference;
  if (wanted.json) {
    nlohmann::ordered_json document{{"records", entries.size()}, {"decisions", replayed.decisions}};
    document["difference"] = difference ? nlohmann::ordered_json{{"seq", difference->seq},
                                                                 {"expected", difference->expected},
                                                                 {"got", difference->got}}
                                        : nlohmann::ordered_json();
    return {difference ? 1 : 0,
            document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n", ""};
  }
  if (!difference) {
    return {0, fmt::format("{} records, {} decisions: no difference.\n", entries.size(), replayed.decisions),
            ""};
  }
  return {1,
          fmt::format("record {} differs, after {} identical decisions.\nexpected  {}\ngot       {}\n",
                      difference->seq, replayed.decisions, base::excerpt(difference->expected, 2000),
                      base::excerpt(difference->got, 2000)),
          ""};
}

}  // namespace healer::salusctl
