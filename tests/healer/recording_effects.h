// Effects that only remember what they were asked for, and a decider on top of them.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "healer/engine/decider/decider.h"
#include "tests/healer/builders.h"
#include "tests/healer/fake_journal.h"
#include "tests/scenarios/story.h"

namespace tests {

class RecordingEffects final : public healer::Effects {
 public:
  std::string describe(const healer::ActionRequest& order) const override {
    return order.action + " " + order.target.name;
  }
  void run(const healer::ActionRequest& order) override { runs.push_back(order); }
  void check(const healer::CheckRequest& order) override { checks.push_back(order); }
  base::Result<> publish(const healer::PolicyDocument& document) override {
    published.push_back(document);
    last_publish_failed = file_fails;
    if (file_fails) return base::fail("no space left");
    return {};
  }
  std::vector<std::string> outputs_behind() const override { return behind; }
  void notify(const healer::Notice& notice) override { notices.push_back(notice); }
  bool ask_alertmanager() override {
    ++lists_wanted;
    return has_alertmanager;
  }
  void answer(std::uint64_t ticket, const base::Result<>& result) override {
    answers.emplace_back(ticket, result ? "" : result.error().message);
  }

  bool file_fails = false;
  std::vector<std::string> behind;
  bool has_alertmanager = false;  // that can be asked
  int lists_wanted = 0;
  bool last_publish_failed = false;
  std::vector<healer::ActionRequest> runs;
  std::vector<healer::CheckRequest> checks;
  std::vector<healer::PolicyDocument> published;
  std::vector<healer::Notice> notices;
  std::vector<std::pair<std::uint64_t, std::string>> answers;
};

struct DeciderFixture {
  DeciderFixture() {
    config.policy.unconfirmed_end = {};  // no ruler is configured: an end counts at once
    start();
  }

  // Anew, from the journal, as after a crash.
  void start(const std::vector<healer::policy::Published>& published = {}) {
    decider = std::make_unique<healer::Decider>(config, journal, effects, clock);
    if (const auto recovered = decider->recover(published); !recovered)
      throw std::runtime_error(recovered.error().message);
  }
  base::MonoTime turn(std::vector<healer::Input> inputs = {}) { return decider->step(std::move(inputs)); }

  // As a webhook brings it.
  // A resolved one says when it ended, as Alertmanager does.
  void deliver(healer::Alert alert) {
    if (!alert.firing && alert.ends_at == base::WallTime{}) alert.ends_at = clock.now().wall;
    if (decider->alerts().accept(std::vector{alert}, healer::AlertStore::Source::kWebhook))
      turn({healer::AlertsInput{.alerts = {alert}}});
  }
  void list(std::vector<healer::Alert> alerts, bool watchdog = true, std::vector<std::string> muted = {}) {
    if (watchdog) alerts.push_back(alert("w", {{"alertname", "Watchdog"}}));
    turn({healer::AlertsInput{.alerts = std::move(alerts),
                              .whole = true,
                              .held = tests::silenced(muted),
                              .asked_at = clock.now().mono}});
  }
  static healer::Alert down(const std::string& container = "quantum_redis", bool firing = true) {
    return alert("down-" + container,
                 {{"heal", "restart_container"}, {"container", container}, {"severity", "critical"}}, firing);
  }
  void finish_action(bool ok = true) {
    turn({healer::ActionInput{effects.runs.back().action_id, effects.runs.back().incident, ok, "done"}});
  }
  void answer_check(healer::CheckInput::Verdict verdict) {
    const healer::CheckRequest& order = effects.checks.back();
    turn({healer::CheckInput{order.incident, order.round, verdict, clock.now().wall, ""}});
  }
  // The answer to a command: "" is yes.
  std::string operate(healer::OperatorCommand command, std::string reason = "") {
    turn({healer::OperatorInput{
        .command = std::move(command), .who = "ann", .reason = std::move(reason), .ticket = 7}});
    return effects.answers.back().second;
  }
  // Waits out what the decider waits for.
  void pass(base::Duration time) {
    clock.advance(time);
    turn();
  }
  const healer::IncidentView& newest() const { return decider->view()->incidents.front(); }
  healer::State state() const { return newest().state; }
  healer::Policy policy() const { return effects.published.back().policy; }
  const healer::policy::Permissions& permissions() const { return effects.published.back().permissions; }

  FakeClock clock;
  FakeJournal journal;
  RecordingEffects effects;
  healer::Config config = example_config();
  std::unique_ptr<healer::Decider> decider;
};

}  // namespace tests
