import { ArrayMaxSize, IsArray, IsIn, IsInt, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { AppError } from '../errors/index.js';
import { IsDisplayText } from './display-text.js';
import { StrictValidationPipe } from './validation.pipe.js';

class Order {
  @IsDisplayText(5)
  name!: string;

  @IsInt()
  @Min(1)
  @Max(10)
  count = 1;

  @IsIn(['red', 'blue'])
  color = 'red';

  @IsArray()
  @ArrayMaxSize(2)
  @IsString({ each: true })
  tags: string[] = [];

  @IsString()
  @MaxLength(3)
  code = '';

  // No DTO of this project uses `@IsUUID()`. It stands for any rule without an error kind.
  @IsUUID()
  customerId = '1a6f5a9c-3a0c-4d52-8c1c-7f6a2f0d9b11';
}

const pipe = new StrictValidationPipe();

/** Validates an order and returns the errors in the form that clients see. */
async function errorsOf(order: object): Promise<object[]> {
  try {
    await pipe.transform({ name: 'a', ...order }, { type: 'body', metatype: Order });
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.errors!.map(({ code, field, message }) => ({ field, code, message }));
  }
}

it.each([
  [{ name: undefined }, 'name', 'required', 'is required'],
  [{ name: 1 }, 'name', 'not_a_string', 'must be a string'],
  [{ name: '' }, 'name', 'empty', 'must not be empty'],
  [{ name: 'abcdef' }, 'name', 'too_long', 'must be at most 5 characters long'],
  [{ count: 'x' }, 'count', 'not_an_integer', 'must be a whole number'],
  [{ count: 0 }, 'count', 'too_small', 'must be at least 1'],
  [{ count: 11 }, 'count', 'too_large', 'must be at most 10'],
  [{ color: 'green' }, 'color', 'invalid_choice', 'must be one of: red, blue'],
  [{ tags: 'a' }, 'tags', 'not_an_array', 'must be an array'],
  [{ tags: ['a', 1] }, 'tags', 'not_strings', 'must contain only strings'],
  [{ tags: ['a', 'b', 'c'] }, 'tags', 'too_many_items', 'must contain at most 2 items'],
  [{ code: 'abcd' }, 'code', 'too_long', 'must be at most 3 characters long'],
  [{ colour: 'red' }, 'colour', 'unknown_field', 'is not a known field'],
])('describes the error in %j by a code and a message', async (order, field, code, message) => {
  expect(await errorsOf(order)).toEqual([{ field, code, message }]);
});

it('derives the code of an unknown rule from its name, and keeps its message', async () => {
  expect(await errorsOf({ customerId: 'x' })).toEqual([
    { field: 'customerId', code: 'is_uuid', message: 'must be a UUID' },
  ]);
});

it('reports one error for each field', async () => {
  expect(await errorsOf({ count: null, code: null })).toEqual([
    { field: 'count', code: 'not_an_integer', message: 'must be a whole number' },
    { field: 'code', code: 'not_a_string', message: 'must be a string' },
  ]);
});
