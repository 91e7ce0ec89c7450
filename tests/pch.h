#pragma once

#include "base/pch.h"
#include "tests/catch.h"
