#pragma once

#include "base/pch.h"

#include <catch2/catch.hpp>
