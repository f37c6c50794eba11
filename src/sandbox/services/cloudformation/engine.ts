import type { World } from "../../world";
import { stacksOf, type OperationItem, type StackItem } from "./items";
import { Creation } from "./creation";
import { Removal } from "./removal";
import { Reversal } from "./reversal";
import { advanceTask, StackWork } from "./stackWork";

/** Moves stack operations on: each step a handler's call, kept between calls, so that a restarted sandbox goes on where it was. */
export class Engine {
  readonly work: StackWork;
  readonly removal: Removal;
  readonly reversal: Reversal;
  private readonly creation: Creation;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
    this.work = new StackWork(world);
    this.removal = new Removal(this.work);
    this.reversal = new Reversal(this.work);
    this.creation = new Creation(this.work, this.reversal, this.removal);
  }

  start(): void {
    this.world.on(advanceTask, (due) => this.advance(due.key));
  }

  /** Begins an operation on a stack, in place of the one that may be running. */
  begin(stack: StackItem, operation: OperationItem): void {
    stack.operation = operation;
    stack.lastOperations = [{ kind: operation.kind, id: operation.id }, ...stack.lastOperations].slice(0, 2);
    this.world.cancel(advanceTask, stack.id);
    this.world.schedule(advanceTask, stack.id, this.work.tick());
  }

  private async advance(stackId: string): Promise<void> {
    const stack = stacksOf(this.world).get(stackId);
    const operation = stack?.operation;
    if (stack === undefined || operation === undefined) {
      return;
    }
    for (;;) {
      const before = progressOf(operation);
      await this.run(stack, operation);
      if (stack.operation !== operation || progressOf(operation) === before) {
        break;
      }
    }
    if (stack.operation === operation) {
      this.world.schedule(advanceTask, stack.id, this.work.tick());
    }
  }

  private run(stack: StackItem, operation: OperationItem): Promise<void> {
    switch (operation.kind) {
      case "create":
      case "update":
        return this.creation.advance(stack, operation);
      case "updateRollback":
        return this.reversal.advance(stack, operation);
      case "delete":
      case "rollback":
      case "cleanup":
      case "rollbackCleanup":
        return this.removal.advance(stack, operation);
    }
  }
}

const progressOf = (operation: OperationItem): string => operation.steps.map((step) => step.status).join();
