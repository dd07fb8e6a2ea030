// Loaded before each test file: @nestjs/throttler, still CommonJS, would otherwise require() these ES modules
// in the middle of a cycle.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
