import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose files take longest, because they wait for whole processes, minutes and crashes. */
const SLOW = ['/test/e2e/', '/test/faults/', '/test/deploy/cli/', '/test/simulation/'];

/** The slow ones first: one of them at the end would keep one worker busy while the others have nothing left. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.some((folder) => moduleId.includes(folder));
    const sorted = await super.sort(files);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
