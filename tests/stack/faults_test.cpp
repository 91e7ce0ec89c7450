#include "tests/stack/faults.h"

#include <fstream>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using example::Fault;

TEST_CASE("every fault has a name that leads back to it") {
  const auto fault = GENERATE(Fault::kNone, Fault::kDie, Fault::kHang, Fault::kCrashLoop, Fault::kLogStorm,
                              Fault::kSlow, Fault::kWrongJson, Fault::kCallErrors, Fault::kNoSymbols);
  CHECK(example::parse_fault(to_string(fault)) == fault);
}

TEST_CASE("an unknown fault is none of them") { CHECK_FALSE(example::parse_fault("explode")); }

TEST_CASE("a control file keeps a fault until it is set to none") {
  const tests::TemporaryFolder folder;
  const std::string control = folder.file("control");
  CHECK(example::read_control(control) == Fault::kNone);
  REQUIRE(example::write_control(control, Fault::kCrashLoop));
  CHECK(example::read_control(control) == Fault::kCrashLoop);
  REQUIRE(example::write_control(control, Fault::kNone));
  CHECK_FALSE(std::filesystem::exists(control));
  CHECK(example::write_control(control, Fault::kNone));
}

TEST_CASE("a control file that names no fault is as none") {
  const tests::TemporaryFolder folder;
  std::ofstream(folder.file("control")) << "explode\n";
  CHECK(example::read_control(folder.file("control")) == Fault::kNone);
}

TEST_CASE("a control file that cannot be written is reported") {
  CHECK_FALSE(example::write_control("/proc/nowhere/control", Fault::kHang));
}
