#include "healer/actions/maintenance/stack_rebuild.h"

#include "base/os/file.h"
#include "healer/config/config.h"
#include "healer/setup/playbook_node.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/actions/maintenance/rebuild/engine_of.h"
#include "tests/healer/verify/scripted_prometheus.h"

using namespace healer;
using namespace std::chrono_literals;

namespace {

const Target kRebuild{"task", "stack_rebuild"};

struct Fixture {
  const base::SystemClock clock;
  tests::TemporaryFolder folder;
  tests::EngineOf engine;
  tests::ToldPrometheus told;
  checks::Prometheus prometheus = told.client();
  Config config;
  actions::World world{engine.docker, clock, nullptr, &config, &prometheus};
  const std::string quick = "stop_timeout: 0s, settle: 0s, folder: " + folder.file("reports");

  Fixture() {
    told.tell("count(max_over_time(salus_exporter_build_info[1h]))", "", "", "1");
    config.data_dir = folder.file("data");
    config.docker_host = engine.host();
    for (const char* name : {"bot", "db"}) {
      config.inventory.subsystems.push_back(
          {.name = name, .purpose = {}, .trading = {}, .cadence = {}, .container = name, .depends_on = {}});
    }
    config.inventory.subsystems[0].depends_on = {"db"};
  }
  tests::Compiled compile(const std::string& parameters) {
    return tests::compile("stack_rebuild", "{" + parameters + "}", world);
  }
  // What is wrong with a playbook of this one rung.
  std::string problems_of(const std::string& parameters, const std::string& more) {
    base::yaml::Problems problems;
    const auto root = base::yaml::parse(
        fmt::format("{{name: rebuild, task: stack_rebuild, accepts: [], {} rungs: [{{action: stack_rebuild, "
                    "timeout: 1h, parameters: {{{}, folder: /reports}}}}]}}",
                    more, parameters),
        "rebuild.yml", problems);
    std::vector<std::unique_ptr<actions::Action>> compiled;
    playbook = read_playbook(root, world, compiled);
    return problems.str();
  }
  Playbook playbook;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a stack is rebuilt in the order of its subsystems, and a report is written") {
  const auto compiled = compile("containers: [bot, db], " + quick);
  REQUIRE(compiled.problems == "");
  const auto outcome = compiled.action->run(kRebuild, base::Deadline::after(clock, 5min));
  REQUIRE(outcome);
  CHECK(outcome->ok);
  CHECK_THAT(outcome->detail,
             Catch::StartsWith("✅ rebuilt, 2 of 2 checks passed (" + folder.file("reports")));
  REQUIRE(outcome->written);
  CHECK(outcome->written->what == Written::What::kRestartReport);
  CHECK(outcome->written->status == "✅ rebuilt, 2 of 2 checks passed");
  CHECK_THAT(base::read_file(outcome->written->path).value(), Catch::Contains("Salus: full restart"));
  std::vector<std::string> starts;
  for (const std::string& command : engine.commands()) {
    if (command.ends_with("/start")) starts.push_back(command);
  }
  CHECK(starts == std::vector<std::string>{"POST /containers/db/start", "POST /containers/bot/start"});
}

TEST_CASE_METHOD(Fixture, "one that failed has a report, too, and one that cannot be written is a failure") {
  engine.answer("POST", "/containers/*/stop", 500, R"({"message":"out of order"})");
  const auto failed =
      compile("containers: [bot], " + quick).action->run(kRebuild, base::Deadline::after(clock, 5min));
  REQUIRE(failed);
  CHECK_FALSE(failed->ok);
  CHECK_THAT(failed->detail, Catch::StartsWith("❌ failed in phase stop") && Catch::Contains("out of order"));
  CHECK(failed->written);
  const auto mute = compile("containers: [bot], stop_timeout: 0s, settle: 0s, folder: /proc/nowhere")
                        .action->run(kRebuild, base::Deadline::after(clock, 5min));
  REQUIRE_FALSE(mute);
  CHECK_THAT(mute.error().message, Catch::Contains("its report was not written"));
}

TEST_CASE_METHOD(Fixture, "what it takes and needs is known before it runs") {
  const auto kept = compile("containers: [bot, db], folder: /reports");
  CHECK(kept.action->takes().containers == std::vector<std::string>{"bot", "db"});
  CHECK_FALSE(kept.action->takes().can_wait);
  CHECK(kept.properties.repetition == healer::actions::Repetition::kRepeatable);
  CHECK(kept.properties.approval == healer::actions::ApprovalRule::kNoApproval);
  CHECK(kept.properties.acts_on(kContainer));
  CHECK(kept.properties.acts_on(kTask));
  CHECK(kept.action->shortest_timeout() > 30min);
  CHECK_THAT(kept.action->describe(kRebuild), !Catch::Contains("VOLUMES"));
  const auto lost = compile("containers: [bot], remove_volumes: true, folder: /reports");
  CHECK(lost.properties.repetition == healer::actions::Repetition::kNotRepeatable);
  CHECK(lost.properties.approval == healer::actions::ApprovalRule::kNeedsApproval);
  CHECK_THAT(lost.action->describe(kRebuild),
             Catch::Contains("REMOVE ALL THEIR VOLUMES (their data is lost)"));
}

TEST_CASE_METHOD(Fixture, "no configuration lets it remove volumes without an operator") {
  const std::string lossy = "containers: [bot], remove_volumes: true";
  CHECK(problems_of(lossy, "on_crash: never_repeat,") == "");
  CHECK(playbook.rungs[0].approval);
  CHECK_THAT(problems_of(lossy, "on_crash: never_repeat, approval: none,"),
             Catch::Contains("stack_rebuild needs approval: required with these parameters"));
  CHECK(problems_of(lossy, "on_crash: never_repeat, approval: required,") == "");
  CHECK_THAT(problems_of(lossy, "on_crash: retry,"), Catch::Contains("needs on_crash: never_repeat"));
  CHECK(problems_of("containers: [bot]", "on_crash: retry,") == "");
  CHECK_FALSE(playbook.rungs[0].approval);
  CHECK(playbook.rungs[0].takes == std::vector<std::string>{"bot"});
}

TEST_CASE_METHOD(Fixture, "what a rebuild is to be like is checked when it is read") {
  const auto [parameters, problem] = GENERATE(table<std::string, std::string>({
      {"folder: /r", "containers"},
      {"containers: [], folder: /r", "must list at least one"},
      {"containers: [nobody], folder: /r", "subsystems.yml declares no container \"nobody\""},
      {"containers: [bot, bot], folder: /r", "\"bot\" is listed twice"},
      {"containers: [bot], folder: r", "\"r\" is not an absolute path"},
      {"containers: [bot], folder: /r, compose: {}", "files"},
      {"containers: [bot], folder: /r, compose: 7", "must be a map"},
      {"containers: [bot], folder: /r, compose: {files: []}", "must list at least one file"},
      {"containers: [bot], folder: /r, compose: {files: [a.yml]}", "is not an absolute path"},
      {"containers: [bot], folder: /r, compose: {files: [/a.yml], command: [compose]}",
       "\"compose\" is not an absolute path"},
      {"containers: [bot], folder: /r, compose: {files: [/a.yml], command: []}", "must not be empty"},
      {"containers: [bot], folder: /r, compose: {files: [/a.yml]}, images: []",
       "must not be set with `compose`"},
      {"containers: [bot], folder: /r, images: [{image: a}]", "context"},
      {"containers: [bot], folder: /r, images: [{image: --rm, context: /a}]", "is not a valid image name"},
      {"containers: [bot], folder: /r, images: [{image: a, context: /a, file: /b}]",
       "must be relative to the context"},
      {"containers: [bot], folder: /r, images: [7]", "must be a map"},
      {"containers: [bot], folder: /r, docker: docker", "is not an absolute path"},
      {"containers: [bot], folder: /r, volumes: true", "volumes"},
  }));
  CHECK_THAT(compile(parameters).problems, Catch::Contains(problem));
}
