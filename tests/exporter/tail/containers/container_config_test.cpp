#include "exporter/tail/containers/container_config.h"

#include "tests/catch.h"

using exporter::tail::read_container_logs;

namespace {

struct Read {
  base::yaml::Problems problems;
  exporter::tail::ContainerLogs config;
  explicit Read(std::string_view text) {
    config = read_container_logs(base::yaml::parse(text, "exporter.yml", problems));
  }
};

}  // namespace

TEST_CASE("every container is followed, unless names say otherwise") {
  const auto [text, name, included] = GENERATE(table<std::string, std::string, bool>({
      {"{}", "bot", true},
      {"include: all", "bot", true},
      {"include: [bot, redis]", "bot", true},
      {"include: [bot, redis]", "robot", false},
      {"include: [quantum_*]", "quantum_bot", true},
      {"include: []", "bot", false},
      {"exclude: ['debug?']", "debug1", false},
      {"{include: all, exclude: [bot]}", "bot", false},
      {"{include: [b*], exclude: [bo*]}", "bar", true},
  }));
  const Read read(text);
  CHECK(read.problems.str().empty());
  CHECK(read.config.includes(name) == included);
}

TEST_CASE("a container's lines may have rules of their own") {
  const Read read(
      "sources:\n"
      "  bot: {start_pattern: '^\\d', level_patterns: [{pattern: 'breaker open', level: critical}]}\n"
      "  redis: {}\n");
  CHECK(read.problems.str().empty());
  REQUIRE(read.config.rules.contains("bot"));
  CHECK(read.config.rules.at("bot")->has_start());
  CHECK(read.config.rules.at("bot")->has_levels());
  CHECK_FALSE(read.config.rules.contains("redis"));
}

TEST_CASE("what is wrong is reported with its place") {
  const auto [text, problem] = GENERATE(table<std::string, std::string>({
      {"include: some", "exporter.yml:1: include: \"some\" is neither \"all\" nor a list of names"},
      {"exclued: []", "exclued"},
      {"sources: {bot: {start_pattern: '('}}", "exporter.yml:1: sources.bot.start_pattern: "},
      {"sources: {bot: {level: x}}", "sources.bot"},
  }));
  const Read read(text);
  CHECK(read.problems.str().find(problem) != std::string::npos);
}

TEST_CASE("without the node no container is followed") {
  base::yaml::Problems problems;
  const auto document = base::yaml::parse("containers: {include: all}", "exporter.yml", problems);
  const std::string host = "unix:///run/docker.sock";
  CHECK(exporter::tail::read_container_source(document.optional("nothing"), host, {}).empty());
  const auto plans = exporter::tail::read_container_source(document.optional("containers"), host, {"bot"});
  REQUIRE(plans.size() == 1);
  CHECK(plans[0].text !=
        exporter::tail::read_container_source(document.optional("containers"), "tcp://x:1", {"bot"})[0].text);
  CHECK(
      plans[0].text !=
      exporter::tail::read_container_source(document.optional("containers"), host, {"bot", "redis"})[0].text);
}

TEST_CASE("a container that is named is expected, one that a pattern matches is not") {
  const Read read("{include: [bot, 'quantum_*', debug], exclude: [debug], sources: {quantum_redis: {}}}");
  CHECK(read.problems.str().empty());
  CHECK(read.config.expects("bot"));
  CHECK(read.config.expects("quantum_redis"));
  CHECK_FALSE(read.config.expects("quantum_build"));
  CHECK_FALSE(read.config.expects("debug"));
}
