import { stackSegments } from './stacked-bar.js';

const SCALE = { baseline: 200, pixelsPerRequest: 2 };

describe('stackSegments', () => {
  it('stacks the outcomes from bottom to top, with a gap between them', () => {
    expect(stackSegments({ accepted: 50, limited: 20, denied: 10 }, SCALE)).toEqual([
      { outcome: 'accepted', y: 100, height: 99 },
      { outcome: 'limited', y: 60, height: 39 },
      { outcome: 'denied', y: 40, height: 19 },
    ]);
  });

  it('leaves out outcomes without requests', () => {
    expect(stackSegments({ accepted: 0, limited: 0, denied: 0 }, SCALE)).toEqual([]);
    expect(stackSegments({ accepted: 0, limited: 25, denied: 0 }, SCALE)).toEqual([
      { outcome: 'limited', y: 150, height: 49 },
    ]);
  });

  it('keeps a single request visible', () => {
    const [, denied] = stackSegments(
      { accepted: 40_000, limited: 0, denied: 1 },
      { baseline: 200, pixelsPerRequest: 0.004 },
    );
    expect(denied).toEqual({ outcome: 'denied', y: 38, height: 2 });
  });
});
