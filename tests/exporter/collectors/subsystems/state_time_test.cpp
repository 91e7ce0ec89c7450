#include "exporter/collectors/subsystems/state_time.h"

#include "tests/catch.h"

using exporter::collectors::from_epoch;
using exporter::collectors::parse_state_time;
using exporter::collectors::Timezone;

namespace {

std::string utc(std::optional<base::WallTime> time) { return time ? base::rfc3339(*time) : "none"; }
base::WallTime hint(std::string_view text) { return base::parse_rfc3339(text).value(); }

}  // namespace

TEST_CASE("a Unix time's unit follows from its size") {
  const double value = GENERATE(1765944000.25, 1765944000250.0, 1765944000250000.0, 1765944000250000000.0);
  const auto time = from_epoch(value);
  REQUIRE(time);
  REQUIRE(base::unix_seconds(*time) == Approx(1765944000.25).epsilon(0).margin(1e-6));
}

TEST_CASE("a Unix time may lie long ago or far ahead, but not outside of what a time can hold") {
  REQUIRE(utc(from_epoch(0)) == "1970-01-01T00:00:00.000Z");
  REQUIRE(utc(from_epoch(4102444800)) == "2100-01-01T00:00:00.000Z");
  REQUIRE_FALSE(from_epoch(std::numeric_limits<double>::quiet_NaN()));
  REQUIRE_FALSE(from_epoch(std::numeric_limits<double>::infinity()));
  REQUIRE_FALSE(from_epoch(99'999'999'999.0));
}

TEST_CASE("times as programs write them") {
  const auto [text, expected] = GENERATE(table<const char*, const char*>({
      {"2025-12-17T17:06:14.759258Z", "2025-12-17T17:06:14.759Z"},
      {"2025-12-17t17:06:14z", "2025-12-17T17:06:14.000Z"},
      {"2025-12-17T17:06:14.759258", "2025-12-17T17:06:14.759Z"},
      {"2025-12-17 17:06:14,427", "2025-12-17T17:06:14.427Z"},
      {"2025-12-17T17:06", "2025-12-17T17:06:00.000Z"},
      {"2025-12-17T17:06:14+01:00", "2025-12-17T16:06:14.000Z"},
      {"2025-12-17T17:06:14-0530", "2025-12-17T22:36:14.000Z"},
      {"2025-12-17T17:06:14.5+01", "2025-12-17T16:06:14.500Z"},
      {"2025-12-17T17:06:14.1234567891234Z", "2025-12-17T17:06:14.123Z"},
      {"2099-01-01T00:00:00Z", "2099-01-01T00:00:00.000Z"},
      {"1765944000", "2025-12-17T04:00:00.000Z"},
      {"", "none"},
      {"yesterday", "none"},
      {"2025-12-17", "none"},
      {"2025-13-17T17:06:14Z", "none"},
      {"2025-02-30T17:06:14Z", "none"},
      {"2025-12-17T25:06:14Z", "none"},
      {"2025-12-17T17:06:14 CET", "none"},
      {"2025-12-17T17:06:14.Z", "none"},
      {"2025-12-17T17:06:14Z and more", "none"},
      {"2025-12-17T17:06:14+1", "none"},
      {"0001-01-01T00:00:00Z", "none"},
  }));
  CAPTURE(text);
  REQUIRE(utc(parse_state_time(text, Timezone(), {})) == expected);
}

TEST_CASE("a time without zone is read where it was written") {
  const auto [zone, text, expected] = GENERATE(table<const char*, const char*, const char*>({
      {"UTC", "2025-07-01T12:00:00", "2025-07-01T12:00:00.000Z"},
      {"+02:00", "2025-07-01T12:00:00", "2025-07-01T10:00:00.000Z"},
      {"-0330", "2025-07-01T12:00:00", "2025-07-01T15:30:00.000Z"},
      {"Europe/Berlin", "2025-07-01T12:00:00", "2025-07-01T10:00:00.000Z"},
      {"Europe/Berlin", "2025-12-01T12:00:00", "2025-12-01T11:00:00.000Z"},
      // Skipped when clocks go forward: the moment of the jump.
      {"Europe/Berlin", "2025-03-30T02:30:00", "2025-03-30T01:00:00.000Z"},
  }));
  const auto place = Timezone::find(zone);
  REQUIRE(place);
  REQUIRE(utc(parse_state_time(text, *place, {})) == expected);
}

TEST_CASE("of an hour that comes twice, the one nearer to the file's own time is meant") {
  const auto berlin = Timezone::find("Europe/Berlin").value();
  const auto* text = "2025-10-26T02:30:00";
  REQUIRE(utc(parse_state_time(text, berlin, hint("2025-10-26T00:30:05Z"))) == "2025-10-26T00:30:00.000Z");
  REQUIRE(utc(parse_state_time(text, berlin, hint("2025-10-26T01:30:05Z"))) == "2025-10-26T01:30:00.000Z");
}

TEST_CASE("a time zone that does not exist is refused by name") {
  const auto place = Timezone::find("Middle/Earth");
  REQUIRE_FALSE(timezone);
  REQUIRE(place.error().message ==
          "\"Middle/Earth\" is not a time zone; expected UTC, an offset such as +02:00, or a name such as "
          "Europe/Berlin");
}
